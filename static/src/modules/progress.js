// <div data-intake-progress="address"> with [data-intake-said], a progress bar and [data-intake-announced]: asks how far
// the work is while the page is looked at, and shows the page anew when it is over.
const EVERY = 2000;
const ANNOUNCED_EVERY = 15000;

export function startProgress(page) {
  page.querySelectorAll("[data-intake-progress]").forEach((group) => {
    const said = group.querySelector("[data-intake-said]");
    const bar = group.querySelector("progress");
    const announced = group.querySelector("[data-intake-announced]");
    let told = Date.now();
    let waiting;
    const ask = async () => {
      clearTimeout(waiting);
      if (document.hidden) return;
      try {
        const answer = await fetch(group.dataset.intakeProgress, { headers: { Accept: "application/json" } });
        // signed out meanwhile: the page says so when it is opened again
        if (answer.redirected || answer.status === 401 || answer.status === 404) return;
        if (answer.ok) {
          const now = await answer.json();
          if (now.over) {
            window.location.reload();
            return;
          }
          bar.max = now.total || 1;
          bar.value = now.done;
          said.textContent = now.said;
          // a voice that counts every document leaves no room for anything else
          if (Date.now() - told >= ANNOUNCED_EVERY) {
            told = Date.now();
            announced.textContent = now.said;
          }
        }
      } catch {
        // no line for a moment
      }
      waiting = setTimeout(ask, EVERY);
    };
    document.addEventListener("visibilitychange", ask);
    waiting = setTimeout(ask, EVERY);
  });
}
