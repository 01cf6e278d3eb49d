// A shared terminal closes a page that is left alone, and asks 20 seconds before.
"use strict";

const asking = document.querySelector("[data-closing]");
if (asking) {
  const WARNED_BEFORE = 20;
  let timers = [];
  const begin = () => {
    timers.forEach(clearTimeout);
    asking.hidden = true;
    const seconds = Number(asking.dataset.closing);
    timers = [
      setTimeout(() => {
        asking.hidden = false;
        asking.querySelector("button").focus();
      }, (seconds - WARNED_BEFORE) * 1000),
      setTimeout(() => location.replace(asking.dataset.home), seconds * 1000),
    ];
  };
  asking.querySelector("button").addEventListener("click", () => {
    // The portal takes what is typed here for as long as the page says that it is open.
    const more = document.querySelector("[data-more]");
    if (more) more.value = Number(more.value) + 1;
    begin();
  });
  begin();
}
