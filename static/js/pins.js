// Live help while a PIN is typed, and a button to show it. Nothing leaves the page.
"use strict";

const RULES = {
  signature: {
    length: (pin) => pin.length >= 6 && pin.length <= 16,
    letter: (pin) => /[A-Z]/.test(pin),
    digit: (pin) => /[0-9]/.test(pin),
    only: (pin) => /^[A-Z0-9]+$/.test(pin) && !pin.includes("\n"),
  },
  digits: {
    length: (pin) => /^[0-9]{4}$/.test(pin),
    only: (pin) => /^[0-9]+$/.test(pin),
  },
};

for (const form of document.querySelectorAll("[data-pin-form]")) {
  for (const input of form.querySelectorAll("input[type=password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button pin-show";
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-controls", input.id);
    button.textContent = form.dataset.show;
    button.addEventListener("click", () => {
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      button.setAttribute("aria-pressed", String(hidden));
      button.textContent = hidden ? form.dataset.hide : form.dataset.show;
    });
    input.after(button);
    // A shown PIN must not be kept by the browser among typed texts.
    form.addEventListener("submit", () => { input.type = "password"; });
  }

  const help = form.querySelector("[data-pin-help]");
  const fresh = form.querySelector("input[name=new]");
  const again = form.querySelector("input[name=again]");
  if (!help || !fresh || !again) continue;
  const status = form.querySelector("[data-pin-status]");
  const rules = RULES[help.dataset.pinHelp];
  const check = () => {
    let all = true;
    for (const item of help.querySelectorAll("[data-rule]")) {
      const rule = item.dataset.rule;
      const met = rule === "same"
        ? fresh.value !== "" && fresh.value === again.value
        : rules[rule](fresh.value);
      item.classList.toggle("met", met);
      if (rule !== "same") all = all && met;
    }
    const words = fresh.value === "" ? "" : all ? status.dataset.done : status.dataset.notYet;
    if (status.textContent !== words) status.textContent = words;
  };
  fresh.addEventListener("input", check);
  again.addEventListener("input", check);
}
