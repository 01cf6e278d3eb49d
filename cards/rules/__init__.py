"""The guide's rules as pure functions: no Django, no clock, no surprise."""
