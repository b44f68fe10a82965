// While somebody writes: how much room is left, and a quiet word before something private becomes public.
// Everything here happens in this browser; nothing is sent anywhere.
const form = document.querySelector(".compose form");
if (form) {
  const text = form.elements.text;
  const warning = form.elements.warning;
  const left = form.querySelector("[data-left]");
  const careful = document.getElementById("careful");
  const clusters = "Segmenter" in Intl ? new Intl.Segmenter() : null;

  const count = (value) => (clusters && Number(form.dataset.url) ? [...clusters.segment(value)].length : [...value].length);

  // Ref: Mastodon counts a URL as a fixed number, and a handle without its host.
  // Without a number (GoToSocial), every character counts.
  const inFull = !Number(form.dataset.url);
  const asCounted = (value) =>
    inFull ? value : value
      .replace(/https?:\/\/[^\s<>"]+/g, "x".repeat(Number(form.dataset.url)))
      .replace(/(?<![\w@/])@([A-Za-z0-9_][A-Za-z0-9_.-]*)@[A-Za-z0-9.:-]+[A-Za-z0-9]/g, "@$1");

  const signs = [
    ["phone", /(?:\+|\b00|\b0)[\d][\d\s()/.-]{7,}\d/],
    ["postcode", /\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b|\b\d{5}\s+[A-ZÄÖÜ][a-zäöüß]{2,}/],
    ["case", /\b(?:case|ref|reference|nhs|ni|file|aktenzeichen|az|expediente)\b[\s.:#no-]*[A-Z0-9][A-Z0-9/-]*\d[A-Z0-9/-]{2,}|\b\d{3}\s\d{3}\s\d{4}\b/i],
    ["name", /\b(?:Mr|Mrs|Ms|Miss|Dr|Herr|Frau|Señor|Señora|Sr|Sra)\.?\s+\p{Lu}\p{Ll}+(?:\s+\p{Lu}\p{Ll}+)?|\b(?:my|our|meine?|mi)\s+(?:son|daughter|mother|father|brother|sister|mum|dad|client|Sohn|Tochter|Mutter|Vater|hijo|hija|madre|padre)\s+\p{Lu}\p{Ll}+\s+\p{Lu}\p{Ll}+/u],
  ];

  const look = () => {
    const used = count(asCounted(text.value.trim())) + count(warning ? warning.value : "") + Number(form.dataset.around);
    const room = Number(form.dataset.limit) - used;
    left.textContent = room;
    left.classList.toggle("over", room < 0);
    const found = signs.filter(([, sign]) => sign.test(text.value)).map(([name]) => careful.dataset[name]);
    careful.hidden = found.length === 0;
    careful.textContent = found.length ? `${careful.dataset.says} ${found.join(", ")}. ${careful.dataset.and}` : "";
  };

  form.addEventListener("input", look);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.querySelector('[value="send"]').click();
  });
  look();
}
