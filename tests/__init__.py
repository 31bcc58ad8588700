"""One file per module, a few whole visits, a handful of browser walks. A package: helpers are shared."""
