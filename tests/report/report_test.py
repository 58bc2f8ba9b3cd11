# Shows, in a real browser, that a report loads without a complaint, asks for nothing, and lets one
# look into its charts by mouse and by keyboard: report_test.py FAULTLINE
import json
import os
import shutil
import subprocess
import sys
import tempfile

from browser import Browser

SKIPPED = 77  # what CTest takes for skipped
FRAME = 'new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))'
WIDTH = 1000

# The place of a share of a chart's width, half-way up, in pixels of the screen.
PLACE = """(() => {
  const over = document.querySelectorAll('.plot')[%d].querySelector('.u-over');
  over.scrollIntoView({block: 'center', behavior: 'instant'});
  const box = over.getBoundingClientRect();
  return [box.left + box.width * %f, box.top + box.height / 2];
})()"""
# What a chart says of where the cursor is: the window, then the figures.
SAID = """[...document.querySelectorAll('.plot')[%d].querySelectorAll('.u-value')]
  .map(cell => cell.textContent)"""
INKED = """[...document.querySelectorAll('.plot canvas')].map(canvas => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return data.filter((value, i) => i % 4 === 3 && value > 0).length;
})"""


def check(what, holds):
    if not holds:
        sys.exit(f'not so: {what}')


def seconds(clock):
    minutes, rest = clock.split(':')
    return 60 * int(minutes) + float(rest)


def hover(browser, chart, share):
    browser.mouse('mouseMoved', *browser.value(PLACE % (chart, share)))
    browser.value(FRAME)
    return browser.value(SAID % chart)


def window_of(said):
    return seconds(said[0].split(' to ')[0])


def test_loads(browser, page, result):
    browser.open(page)
    charts = int(browser.value('document.documentElement.dataset.charts'))
    check('every chart is drawn', charts == browser.value(
        "document.querySelectorAll('figure.chart canvas').length") and charts > 5)
    check('no canvas is empty', min(browser.value(INKED)) > 1000)
    check('nothing is wider than the page', browser.value(
        'document.documentElement.scrollWidth') == WIDTH)
    check('the picture of the page is not blank', len(browser.picture()) > 20000)
    check('the file alone was asked for', browser.requests == ['file://' + page])
    rows = browser.value("""(async () => {
      const details = document.querySelector('details.data');
      details.open = true;
      while (!details.querySelector('table')) await %s;
      const rows = details.querySelectorAll('tbody tr').length;
      details.open = false;
      return rows;
    })()""" % FRAME)
    check('the table has a row for each window',
          rows == len(result['series']['*']['offered_per_s']))


# A hover says what the JSON result says of that window, in all charts at once.
def test_hover(browser, result):
    said = hover(browser, 0, 0.7)
    begin = int(window_of(said))
    for figure, metric in ((said[1], 'offered_per_s'), (said[2], 'goodput_per_s')):
        check(f'{metric} at {said[0]}', figure == f'{result["series"]["*"][metric][begin]:g} /s')
    check('the next chart is at the same window', browser.value(SAID % 1)[0] == said[0])


def test_zoom(browser):
    before = window_of(hover(browser, 1, 0.25))
    left, right = browser.value(PLACE % (0, 0.4)), browser.value(PLACE % (0, 0.6))
    browser.mouse('mouseMoved', *left)
    browser.mouse('mousePressed', *left, buttons=1, clicks=1)
    browser.mouse('mouseMoved', *right, buttons=1)
    browser.mouse('mouseReleased', *right, clicks=1)
    browser.value(FRAME)
    check('all charts show what was dragged over', window_of(hover(browser, 1, 0.25)) > before + 30)
    place = browser.value(PLACE % (1, 0.5))
    for clicks in (1, 2):
        browser.mouse('mousePressed', *place, buttons=1, clicks=clicks)
        browser.mouse('mouseReleased', *place, clicks=clicks)
    browser.value(FRAME)
    check('a double click shows all again', window_of(hover(browser, 1, 0.25)) == before)


def test_keyboard(browser):
    spoken = "document.getElementById('spoken').textContent"
    browser.mouse('mouseMoved', 1, 1)
    browser.value("document.querySelectorAll('.plot')[0].focus()")
    browser.key('Home')
    check('the first window is read', browser.value(spoken).startswith('0:00 to 0:01, offered '))
    browser.key('ArrowRight')
    check('then the second', browser.value(spoken).startswith('0:01 to 0:02, offered '))
    browser.key('+')
    browser.key('End')
    half = seconds(browser.value(spoken).split(' to ')[0])
    check('+ shows less', 60 < half < 120)
    browser.key('Escape')
    browser.key('End')
    check('Escape shows all', browser.value(spoken).startswith('2:59 to 3:00, '))


# Last, as the browser complains of it: what gets in all the same does nothing.
def test_policy(browser):
    check('no complaint so far', browser.problems == [])
    ran = browser.value("""(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      return window.ran === true;
    })()""")
    check('a foreign script does not run', not ran)
    check('the browser says so', 'Content Security Policy' in json.dumps(browser.problems))


def test_hostile(browser, faultline, folder):
    name = '</script><img src=x><script>window.ran = true</script>'
    scenario, page = os.path.join(folder, 'bad.json'), os.path.join(folder, 'bad.html')
    with open(scenario, 'w') as file:
        json.dump({'extends': 'retry-storm', 'name': name, 'about': name, 'lesson': name}, file)
    subprocess.run([faultline, 'run', scenario, '--duration', '30s', '--report', page], check=True,
                   stdout=subprocess.DEVNULL)
    browser.problems.clear()
    browser.open(page)
    check('the name is text', browser.value("document.querySelector('h1').textContent") == name)
    check('and nothing else', browser.value('document.images.length + !!window.ran') == 0)
    check('no complaint', browser.problems == [])


def main():
    faultline = sys.argv[1]
    program = shutil.which('chromium') or shutil.which('google-chrome')
    if program is None:
        print('skipped: there is no chromium here')
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, 'page.html')
        said = subprocess.run(
            [faultline, 'run', 'retry-storm', '--format', 'json', '--blame', '--report', page],
            check=True, stdout=subprocess.PIPE).stdout
        result = json.loads(said)
        with Browser(program, width=WIDTH) as browser:
            test_loads(browser, page, result)
            test_hover(browser, result)
            test_zoom(browser)
            test_keyboard(browser)
            test_policy(browser)
            test_hostile(browser, faultline, folder)


main()
