// Nothing typed is lost when a session ends: forms that are marked for it (data-keep) are kept in
// this tab of this browser while they are sent, and offered again after signing in. Never
// passwords, PINs or codes: a form that asks for one is not kept, whatever it is marked.
"use strict";

// A block of its own: what is named here is not in the way of other scripts.
{
  const KEPT = "kept-form";
  const WENT_TO_SIGN_IN = "kept-went-to-sign-in";
  const SECRET = "[type=password], [autocomplete=one-time-code], [type=file], [data-secret]";
  // The desk's forms are Django's own and cannot be marked; none of them asks for a secret.
  const FORMS = "form[data-keep], #content form[method=post]";
  const reader = document.querySelector("[data-reader]")?.dataset.reader || "";
  const offer = document.querySelector("[data-kept-offer]");

  const keepable = (form) => !form.querySelector(SECRET) && fields(form).length > 0;
  const forms = () => [...document.querySelectorAll(FORMS)].filter(keepable);
  const fields = (form) =>
    [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit");

  const forget = () => {
    sessionStorage.removeItem(KEPT);
    sessionStorage.removeItem(WENT_TO_SIGN_IN);
  };

  const read = (form) => fields(form)
    .filter((one) => !["checkbox", "radio"].includes(one.type) || one.checked)
    .map((one) => [one.name, one.value]);

  const write = (form, values) => {
    for (const one of fields(form)) {
      const mine = values.filter(([name]) => name === one.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(one.type)) one.checked = mine.includes(one.value);
      else if (mine.length) one.value = mine[0];
      one.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  forms().forEach((form, index) => {
    if (!reader) return;
    const keep = () => sessionStorage.setItem(
      KEPT, JSON.stringify({ reader, path: location.pathname, index, values: read(form) }));
    form.addEventListener("submit", keep);
    for (const link of document.querySelectorAll("[data-sign-in-again]")) {
      link.addEventListener("click", keep);
    }
  });
  for (const form of document.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", forget);
  }

  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  if (kept && document.body.hasAttribute("data-entrance")) {
    // A page on the way to signing in, or one that says that the form came too late.
    sessionStorage.setItem(WENT_TO_SIGN_IN, "1");
  } else if (kept && !sessionStorage.getItem(WENT_TO_SIGN_IN)) {
    forget(); // it arrived
  } else if (kept && reader && kept.reader !== reader) {
    forget(); // somebody else
  } else if (kept && reader && kept.path === location.pathname && offer) {
    const form = forms()[kept.index];
    if (form) {
      const [put, drop] = offer.querySelectorAll("button");
      offer.hidden = false;
      put.addEventListener("click", () => {
        write(form, kept.values);
        offer.hidden = true;
        forget();
        fields(form)[0]?.focus();
      });
      drop.addEventListener("click", () => {
        offer.hidden = true;
        forget();
      });
    }
  }
}
