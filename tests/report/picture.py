# Writes the top of a page as a picture: picture.py PAGE PNG
import shutil
import sys

from browser import Browser

with Browser(shutil.which('chromium'), width=1120, height=2130) as browser:
    browser.open(sys.argv[1])
    with open(sys.argv[2], 'wb') as file:
        file.write(browser.picture())
