// The folded part of the menu: Escape shuts it and goes back to what opened it, and so does a click elsewhere.
export function startMenus(page) {
  page.querySelectorAll(".intake-more__details").forEach((menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    page.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
}
