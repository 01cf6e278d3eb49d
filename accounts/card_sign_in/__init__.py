"""Signing in with the card: the Digital Authentication App as an OpenID Connect provider.

Built on allauth's provider, and stricter: state, PKCE with S256 and a nonce each time, the
signature of every ID token checked, nothing asked of the app but who it is (its `sub`), and
nothing else kept.
"""
