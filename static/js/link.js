// The code that the letter's QR code carries behind "#": kept in this tab until it can be filled
// in, also across signing in, and taken out of the address at once. Without JavaScript it is typed.
"use strict";

const KEPT = "linking-code";
const carried = /^#([A-Za-z0-9-]{10,20})$/.exec(location.hash);
if (carried) {
  sessionStorage.setItem(KEPT, carried[1]);
  history.replaceState(null, "", location.pathname + location.search);
}
const kept = sessionStorage.getItem(KEPT);
const said = document.querySelector("[data-linking-kept]");
if (kept && said) said.hidden = false;
const field = document.querySelector("[data-linking] input[name=code]");
if (kept && field) {
  if (!field.value) field.value = kept;
  sessionStorage.removeItem(KEPT);
}
