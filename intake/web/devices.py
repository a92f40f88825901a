"""What kind of device a browser runs on, as its owner would call it; never enough to tell one device from another."""

from __future__ import annotations

import re

BROWSERS = (
    ("Edge", r"\bEdg(A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS|Chromium|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("iPad", r"\biPad\b"),
    ("iPhone", r"\biPhone\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("Mac", r"\bMacintosh\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)


def kind_of_device(agent: str) -> str:
    """The names of the browser and of the system, such as "Firefox, Android"; empty where neither is known."""
    found = [
        next((name for name, pattern in table if re.search(pattern, agent[:500])), "")
        for table in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in found if name)
