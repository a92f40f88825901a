// [data-intake-filter="label"] around a long list of checkboxes: a box to type into, which leaves those that fit.
// What is ticked stays in view whatever is typed; [data-intake-filter-none] is said where nothing fits.
export function startFilters(page) {
  page.querySelectorAll("[data-intake-filter]").forEach((list) => {
    const items = [...list.querySelectorAll(".govuk-checkboxes__item")];
    // K'iche', K’iche’ and kiche are one word to somebody who looks for it
    const plain = (text) => text.normalize("NFD").replace(/[\p{M}'’‘ʼ`´]/gu, "").toLowerCase();
    const box = document.createElement("input");
    box.type = "search";
    box.className = "govuk-input govuk-input--width-20";
    box.id = `${list.id}-filter`;
    box.autocomplete = "off";
    const label = document.createElement("label");
    label.className = "govuk-label";
    label.htmlFor = box.id;
    label.textContent = list.dataset.intakeFilter;
    const group = document.createElement("div");
    group.className = "govuk-form-group";
    group.append(label, box);
    list.prepend(group);
    const none = document.createElement("p");
    none.className = "govuk-body";
    none.setAttribute("role", "status");
    group.append(none);
    box.addEventListener("input", () => {
      const wanted = plain(box.value.trim());
      let fits = 0;
      items.forEach((item) => {
        const fit = plain(item.textContent).includes(wanted);
        item.hidden = !fit && !item.querySelector("input").checked;
        fits += fit;
      });
      none.textContent = fits ? "" : list.dataset.intakeFilterNone;
    });
    // Enter would send the form while somebody looks for a language
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  });
}
