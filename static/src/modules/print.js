// <button type="button" class="... intake-scripted" data-intake-print>
export function startPrintButtons(page) {
  page.querySelectorAll("[data-intake-print]").forEach((button) => {
    button.addEventListener("click", () => window.print());
  });
}
