import { Radios as GovukRadios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";

// The component tells "expanded" on the radio itself, which ARIA does not allow for that role:
// some screen readers then drop the whole description. What opens comes next in reading order anyway.
export class Radios extends GovukRadios {
  syncConditionalRevealWithInputState(input) {
    super.syncConditionalRevealWithInputState(input);
    input.removeAttribute("aria-expanded");
  }
}
