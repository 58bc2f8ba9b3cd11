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
# How opaque each pixel of a canvas is; of a copy, as the browser complains where one is read often.
OPAQUE = """(canvas => {
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const drawn = copy.getContext('2d', {willReadFrequently: true});
  drawn.drawImage(canvas, 0, 0);
  return drawn.getImageData(0, 0, copy.width, copy.height).data.filter((v, i) => i % 4 === 3);
})"""
INKED = f"""[...document.querySelectorAll('.plot canvas')]
  .map(canvas => {OPAQUE}(canvas).filter(value => value > 0).length)"""


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


# The names of lines are buttons.
def test_legend(browser):
    shown = """(() => {
      const row = document.querySelectorAll('.plot')[0].querySelectorAll('.u-series')[1];
      return [!row.classList.contains('u-off'),
              row.querySelector('.u-label').getAttribute('aria-pressed') === 'true'];
    })()"""
    browser.value("document.querySelectorAll('.plot')[0].focus()")
    browser.key('Tab')
    check('Tab goes from a chart to its first line', browser.value(
        'document.activeElement.textContent') == 'offered')
    check('which is shown', browser.value(shown) == [True, True])
    before = browser.value(INKED)[0]
    browser.key('Enter')
    browser.value(FRAME)
    check('Enter hides it', browser.value(shown) == [False, False])
    check('and it is not drawn', browser.value(INKED)[0] < before)
    browser.key(' ')
    browser.value(FRAME)
    check('the space bar shows it again', browser.value(shown) == [True, True])
    check('as it was', browser.value(INKED)[0] == before)


# How many pixels of the colour of a band: that of a line, see-through.
BANDED = OPAQUE.replace('%', '%%') + """(document.querySelectorAll('.plot canvas')[%d])
  .filter(value => value > 41 && value < 45).length"""


def of_sweep(faultline, folder, vary, *flags):
    page = os.path.join(folder, 'sweep.html')
    said = subprocess.run(
        [faultline, 'sweep', 'retry-storm', '--duration', '40s', '--runs', '3', '--vary', vary,
         *flags, '--format', 'json', '--report', page], check=True, stdout=subprocess.PIPE).stdout
    return page, json.loads(said)['points']


def title_at(browser, title):
    return browser.value("[...document.querySelectorAll('figure.chart b')].map(b => b.textContent)"
                         ).index(title)


# Charts over what varies: a point for each value, its mean and interval under the cursor, a band.
def test_sweep(browser, faultline, folder):
    page, points = of_sweep(faultline, folder, 'load=0.5,1,1.5')
    browser.open(page)
    check('three charts', browser.value('document.documentElement.dataset.charts') == '3')
    chart = title_at(browser, 'Requests')
    for share, point in ((0.02, points[0]), (0.5, points[1]), (0.98, points[2])):
        figure = point['metrics']['goodput_per_s']
        said = hover(browser, chart, share)
        goodput = said[2].split(' /s')
        check(f'the load of {said}', float(said[0]) == point['at']['load'])
        check(f'the mean of {said}', abs(float(goodput[0]) - figure['mean']) < 0.06)
        check(f'the interval of {said}',
              abs(float(goodput[1].split('± ')[1]) - (figure['high'] - figure['mean'])) < 0.06)
    check('the other charts are at the same point', browser.value(SAID % 2)[0] == said[0])
    check('the legend has the lines alone', browser.value("""
        [...document.querySelectorAll('.plot')[%d].querySelectorAll('.u-series')]
          .filter(row => row.offsetWidth > 0).length""" % chart) == 3)
    banded = browser.value(BANDED % chart)
    check('bands are shaded', banded > 500)
    browser.value("document.querySelectorAll('.plot')[%d].focus()" % chart)
    browser.key('Home')
    check('the keyboard reads the first point', browser.value(
        "document.getElementById('spoken').textContent").startswith('load 0.5, offered '))
    for _ in range(2):
        browser.key('Tab')
    browser.key('Enter')
    browser.value(FRAME)
    check('a line is hidden with its band', browser.value(BANDED % chart) < banded / 2)
    top = """Math.max(...[...document.querySelectorAll('.plot')[%d].closest('figure')
      .querySelectorAll('td')].map(cell => parseFloat(cell.textContent)))"""
    chart = title_at(browser, 'Availability')
    browser.value("document.querySelectorAll('details.data')[%d].open = true" % chart)
    browser.value(FRAME)
    check('the table has availabilities up to 100 %', 90 < browser.value(top % chart) <= 100)


# 4, 8, 16 are a third of the width apart, and what reads 8 is in the middle.
def test_factors(browser, faultline, folder):
    page, _ = of_sweep(faultline, folder, 'components.web.workers=4,8,16', '--metric',
                       'components.web.utilisation')
    browser.open(page)
    check('8 is half-way', [hover(browser, 0, share)[0] for share in (0.02, 0.3, 0.7, 0.98)] ==
          ['4', '8', '8', '16'])
    check('no complaint', browser.problems == [])


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
            test_legend(browser)
            test_policy(browser)
            test_hostile(browser, faultline, folder)
            test_sweep(browser, faultline, folder)
            test_factors(browser, faultline, folder)


main()
