// Keys for the daily list. Every deed also has its button; this file only presses it.
const list = document.getElementById("caseload");
if (list && localStorage.getItem("keys") !== "off") {
  const current = () => document.activeElement.closest("article");
  const box = (one) => one && one.querySelector('input[type="checkbox"]');
  const pick = (number) => {
    const chosen = list.querySelector(`[data-rule="${number}"]`);
    if (!chosen) return;
    if (chosen.type === "radio") chosen.checked = true;
    else chosen.selected = true;
    const reason = list.elements.reason;
    if (!reason.value || reason.dataset.picked) {
      reason.value = chosen.value;
      reason.dataset.picked = "yes";
    }
  };
  addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest('input:not([type="checkbox"]):not([type="radio"]), textarea, select');
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = current();
    const room = here && here.querySelector("[data-key]") ? here : list.querySelector(".bulk");
    const button = room && room.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (event.key === "x" && box(here)) box(here).click();
    else if (event.key === "o" && here && here.querySelector("details")) here.querySelector("details").toggleAttribute("open");
    else if (/^[1-9]$/.test(event.key)) pick(event.key);
    else if (button) {
      if (!list.querySelector('[name="case"]:checked') && box(here)) box(here).checked = true;
      button.click();
    } else return;
    event.preventDefault();
  });
  document.getElementById("keys-told").classList.remove("unheard"); // said once they are heard, and not before
}
