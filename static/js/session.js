// Warns before a session ends, and lets people stay. All open pages of one browser agree.
"use strict";

// A block of its own: what is named here is not in the way of other scripts.
{
  const warning = document.querySelector("[data-session-left]");
  if (warning) {
    const WARNED_BEFORE = 300;
    const form = warning.querySelector("form");
    const left = warning.querySelector("[data-session-minutes]");
    const pages = new BroadcastChannel("session");
    let ends = 0;
    const begin = (seconds) => {
      ends = Date.now() + seconds * 1000;
      warning.hidden = true;
      look();
    };
    const look = () => {
      const seconds = Math.round((ends - Date.now()) / 1000);
      const over = seconds <= 0;
      if (seconds <= WARNED_BEFORE && (warning.hidden || over)) {
        warning.hidden = false;
        warning.querySelector("[data-session-soon]").hidden = over;
        warning.querySelector("[data-session-over]").hidden = !over;
      }
      const minutes = String(Math.max(1, Math.ceil(seconds / 60)));
      if (left.textContent !== minutes) left.textContent = minutes;
    };
    // The machine may sleep: asked by the clock again and again, not by one long timer.
    setInterval(look, 1000);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
        const seconds = answer.ok ? (await answer.json()).left : 0;
        begin(seconds);
        if (seconds > 0) pages.postMessage(seconds);
      } catch {
        // No connection: the warning stays, and the button can be pressed again.
      }
    });
    pages.addEventListener("message", (event) => begin(event.data));
    begin(Number(warning.dataset.sessionLeft));
    pages.postMessage(Number(warning.dataset.sessionLeft));
  }
}
