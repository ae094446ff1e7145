<!doctype html><link href="/page/page.css"><link href="/page/icon.svg"><script src="/page/page.js"></script>
