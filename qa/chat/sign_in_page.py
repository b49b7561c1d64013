"""What whoever has not signed in sees: a form, and nothing of the articles."""

import functools

from qa import words
from qa.chat.style import STYLE_SHEET
from qa.escaping import escaped

# The style sheet of the page gives the colours; this, what only the form needs.
_STYLE = """
* { box-sizing: border-box }
body { margin: 0; padding: 16px; min-height: 100dvh; display: grid; place-items: center;
  background: var(--qa-page); color: var(--qa-ink); font: 400 16px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 360px; margin-bottom: 12vh }
h1 { font: 600 24px/1.2 var(--qa-serif); margin: 0 0 6px }
p { margin: 0; color: var(--qa-soft) }
label { display: block; margin: 18px 0 6px; font-weight: 500 }
input { width: 100%; min-height: 44px; padding: 8px 12px; font: inherit; color: var(--qa-ink);
  background: var(--qa-surface); border: 1px solid var(--qa-edge); border-radius: 10px }
button { width: 100%; min-height: 44px; margin: 24px 0 14px; border: 0; border-radius: 10px;
  background: var(--qa-accent); color: var(--qa-on-accent); font: inherit; font-weight: 600;
  cursor: pointer }
button:disabled { opacity: .7; cursor: default }
:focus-visible { outline: 2px solid var(--qa-accent); outline-offset: 2px }
[role=alert] { min-height: 4.5em; color: var(--qa-ink) }
"""
_SCRIPT = """
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark", dark.matches);
paint();
dark.addEventListener("change", paint);
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const [button, told] = [form.querySelector("button"), form.querySelector("[role=alert]")];
  button.disabled = true;
  told.textContent = "";
  let said = told.dataset.unreachable;
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch("login", { method: "POST", body });
    if (response.ok) { location.reload(); return; }
    if (response.status < 500) said = told.dataset.wrong;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // that is how fetch says "no network"
  } finally {
    button.disabled = false;
  }
  told.textContent = said;
  form.password.select();
});
"""


@functools.cache
def sign_in_page() -> bytes:
    """The page, in HTML; it needs nothing else from the server."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(words.SIGN_IN)} · {escaped(words.TITLE)}</title>
<link rel="icon" href="data:,">
<style>{STYLE_SHEET.read_text("utf-8")}{_STYLE}</style>
</head>
<body>
<main>
<h1>{escaped(words.TITLE)}</h1>
<p>{escaped(words.SIGN_IN_NOTE)}</p>
<form>
<label for="username">{escaped(words.USER_NAME)}</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none"
  required autofocus>
<label for="password">{escaped(words.PASSWORD)}</label>
<input id="password" name="password" type="password" autocomplete="current-password"
  required>
<button>{escaped(words.SIGN_IN)}</button>
<p role="alert" data-wrong="{escaped(words.WRONG_PASSWORD)}"
  data-unreachable="{escaped(words.UNREACHABLE)}"></p>
</form>
</main>
<script>{_SCRIPT}</script>
</body>
</html>
""".encode()
