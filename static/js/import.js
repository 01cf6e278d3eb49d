// Keeps the import's progress bar up to date; the page is asked for anew when a step is over.
// Without JavaScript the page refreshes itself.
"use strict";

{
  const shown = document.querySelector("[data-import]");
  if (shown) {
    const bar = shown.querySelector("progress");
    const percent = shown.querySelector("[data-import-percent]");
    const rows = shown.querySelector("[data-import-rows]");
    const look = async () => {
      try {
        const answer = await fetch(shown.dataset.import, { headers: { Accept: "application/json" } });
        // Signed out meanwhile: the page itself says so.
        if (!answer.ok || answer.redirected) return location.reload();
        const far = await answer.json();
        if (far.state !== shown.dataset.importState) return location.reload();
        bar.value = far.percent;
        if (percent.textContent !== String(far.percent)) percent.textContent = far.percent;
        if (rows.textContent !== far.rows) rows.textContent = far.rows;
      } catch {
        // No connection: asked again in a moment.
      }
      setTimeout(look, 1000);
    };
    setTimeout(look, 500);
  }
}
