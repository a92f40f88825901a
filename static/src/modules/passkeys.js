// <form data-intake-passkey="create|get" data-intake-options="JSON"> with [name=credential], [data-intake-failed] and
// [data-intake-again]: asks the device for a passkey at once, puts its answer into the form and sends it.
export function startPasskeys(page) {
  page.querySelectorAll("form[data-intake-passkey]").forEach((form) => {
    const again = form.querySelector("[data-intake-again]");
    const failed = form.querySelector("[data-intake-failed]");
    const ask = async () => {
      again.disabled = true;
      failed.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await answer(form.dataset));
        form.submit();
      } catch {
        failed.hidden = false;
        again.disabled = false;
      }
    };
    again.addEventListener("click", ask);
    ask();
  });
}

async function answer({ intakePasskey: kind, intakeOptions }) {
  const options = JSON.parse(intakeOptions);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    options[list] = (options[list] ?? []).map((known) => ({ ...known, id: bytes(known.id) }));
  }
  const found = await navigator.credentials[kind]({ publicKey: options });
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (found.response[part]) response[part] = text(found.response[part]);
  }
  if (found.response.getTransports) response.transports = found.response.getTransports();
  const extensions = JSON.stringify(found.getClientExtensionResults());
  return {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    response,
    // kept in a column of 255 letters
    extensions: extensions.length > 255 ? "{}" : extensions,
  };
}

// base64url, which browsers of some years ago cannot convert by themselves
function bytes(base64url) {
  const plain = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
