"""The app in the browser: served from this machine to this machine only."""
