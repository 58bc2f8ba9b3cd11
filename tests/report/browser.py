# A headless Chromium without network, spoken to by the DevTools protocol over pipes: no port, no
# package, and nothing that the page itself knows of.
import base64
import json
import os
import shutil
import subprocess
import tempfile

FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
         '--disable-background-networking', '--disable-component-update', '--disable-sync',
         '--disable-extensions', '--disable-dev-shm-usage',
         '--mute-audio', '--hide-scrollbars', '--remote-debugging-pipe',
         '--host-resolver-rules=MAP * ~NOTFOUND']


class Browser:
    """One page. `problems`: what the browser complained of, errors and violated policies too."""

    def __init__(self, program, width=1280, height=900):
        self.folder = tempfile.mkdtemp()
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def give_pipes():  # the browser reads from 3 and writes to 4
            taken = os.dup(to_browser), os.dup(from_browser)
            os.dup2(taken[0], 3)
            os.dup2(taken[1], 4)

        self.process = subprocess.Popen(
            [program, *FLAGS, f'--user-data-dir={self.folder}', f'--window-size={width},{height}',
             'about:blank'],
            close_fds=False, preexec_fn=give_pipes, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.last_id = 0
        self.buffer = b''
        self.session = None
        self.problems = []
        self.requests = []
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target,
                                 flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(domain + '.enable')
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def message(self):
        while b'\0' not in self.buffer:
            read = os.read(self.read_end, 1 << 20)
            if not read:
                raise RuntimeError('the browser has gone')
            self.buffer += read
        line, self.buffer = self.buffer.split(b'\0', 1)
        message = json.loads(line)
        self.listen(message.get('method'), message.get('params', {}))
        return message

    def listen(self, method, params):
        if method == 'Runtime.exceptionThrown':
            self.problems.append(params['exceptionDetails'])
        if method == 'Log.entryAdded' and params['entry']['level'] in ('error', 'warning'):
            self.problems.append(params['entry'])
        if method == 'Network.requestWillBeSent':
            self.requests.append(params['request']['url'])

    def call(self, method, **params):
        self.last_id += 1
        request = {'id': self.last_id, 'method': method, 'params': params}
        if self.session:
            request['sessionId'] = self.session
        os.write(self.write_end, json.dumps(request).encode() + b'\0')
        while True:
            message = self.message()
            if message.get('id') == self.last_id:
                if 'error' in message:
                    raise RuntimeError(f'{method}: {message["error"]}')
                return message['result']

    def open(self, path):
        self.call('Page.navigate', url='file://' + os.path.abspath(path))
        while self.message().get('method') != 'Page.loadEventFired':
            pass

    def value(self, expression):
        """Of JavaScript; a promise is waited for."""
        answer = self.call('Runtime.evaluate', expression=expression, returnByValue=True,
                           awaitPromise=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(answer['exceptionDetails'])
        return answer['result'].get('value')

    def mouse(self, kind, x, y, buttons=0, clicks=0):
        self.call('Input.dispatchMouseEvent', type=kind, x=x, y=y, buttons=buttons,
                  button='left' if buttons or kind == 'mouseReleased' else 'none',
                  clickCount=clicks)

    def key(self, key):
        self.call('Input.dispatchKeyEvent', type='keyDown', key=key)
        self.call('Input.dispatchKeyEvent', type='keyUp', key=key)

    def picture(self, whole=False):
        """PNG."""
        return base64.b64decode(self.call('Page.captureScreenshot',
                                          captureBeyondViewport=whole)['data'])
