"""What a sign-in is remembered by: the kind of device and a shortened address, never more."""

import ipaddress

# The first that the browser's description names; a browser that stands on another names both.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """The browser's name, or "" if it is none of the common ones."""
    return next((name for mark, name in _BROWSERS if mark in user_agent), "")


def system_of(user_agent: str) -> str:
    """What it runs on, or ""."""
    return next((name for mark, name in _SYSTEMS if mark in user_agent), "")


def shortened(address: str) -> str:
    """The network an address is in, too wide to point at one person: “203.0.113.…”; "" if none.

    Of IPv4 the first three numbers stay, of IPv6 the first 48 bits.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.version == 4:
        return str(ip).rpartition(".")[0] + ".…"
    network = ipaddress.ip_network(f"{ip}/48", strict=False).network_address
    return f"{str(network).rstrip(':')}:…"
