// Sound, browser notifications and their settings. What one tab has told, no other tells again.
"use strict";

const suflerAlerts = (() => {
  const MOST_REMEMBERED = 300;
  const DEFAULTS = { sound: true, browser: false, quiet: false };

  const read = (name, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem("sufler." + name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  const write = (name, value) => {
    try {
      localStorage.setItem("sufler." + name, JSON.stringify(value));
    } catch {
      // Without storage each tab keeps what it is told for itself.
    }
  };
  let choices = { ...DEFAULTS, ...read("alerts", {}) };
  let audio = null;

  /** Two short notes, four falling ones for what is urgent; silent until the page was touched once,
   *  as browsers want it. */
  function sound(urgent) {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume();
    for (const [number, pitch] of (urgent ? [880, 660, 880, 660] : [660, 880]).entries()) {
      const at = audio.currentTime + number * 0.16;
      const note = audio.createOscillator();
      const loudness = audio.createGain();
      note.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.0001, at);
      loudness.gain.exponentialRampToValueAtTime(0.14, at + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.15);
      note.connect(loudness).connect(audio.destination);
      note.start(at);
      note.stop(at + 0.16);
    }
    const told = document.documentElement.dataset;
    told.sounded = Number(told.sounded ?? 0) + 1;
    if (urgent) told.urgent = Number(told.urgent ?? 0) + 1;
  }

  function notify(news) {
    if (!choices.browser || !("Notification" in window)) return;
    if (Notification.permission !== "granted" || document.hasFocus()) return;
    const shown = new Notification(news.words, { tag: news.key, icon: "/static/mark.svg" });
    shown.onclick = () => {
      window.focus();
      const address = "/desk?conversation=" + encodeURIComponent(news.conversation);
      if (!location.href.endsWith(address)) location.assign(address);
      shown.close();
    };
  }

  function tellNow(all) {
    const told = read("told", []);
    const fresh = all.filter(
      (each) => !told.includes(each.key) && !(each.unlessSeen && document.hasFocus()),
    );
    write("told", [...told, ...all.map((each) => each.key)].slice(-MOST_REMEMBERED));
    if (!fresh.length || choices.quiet) return;
    if (choices.sound) sound(fresh.some((each) => each.urgent));
    for (const each of fresh.slice(0, 3)) notify(each);
  }

  /** Of several tabs the first one tells. */
  function tell(all) {
    choices = { ...DEFAULTS, ...read("alerts", choices) };
    if (navigator.locks) navigator.locks.request("sufler.alerts", () => tellNow(all));
    else tellNow(all);
  }

  function show(box) {
    box.checked = Boolean(choices[box.dataset.alert]);
    box.closest("details").dataset.quiet = choices.quiet ? "1" : "";
  }

  async function chosen(box) {
    choices[box.dataset.alert] = box.checked;
    if (box.dataset.alert === "browser" && box.checked) {
      const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
      choices.browser = answer === "granted";
      const words = box.closest("[data-refused]").dataset.refused;
      if (!choices.browser) box.setCustomValidity(words);
      box.reportValidity();
      box.setCustomValidity("");
    }
    write("alerts", choices);
    if (box.dataset.alert === "sound" && box.checked && !choices.quiet) sound();
    document.querySelectorAll("[data-alert]").forEach(show);
  }

  /** As the operator chose it, here or elsewhere. */
  function quiet(chosen) {
    choices.quiet = chosen;
    write("alerts", choices);
    document.querySelectorAll("[data-alert]").forEach(show);
  }

  addEventListener("DOMContentLoaded", () => {
    const seen = new WeakSet();
    new MutationObserver(() => {
      for (const box of document.querySelectorAll("[data-alert]")) {
        if (seen.has(box)) continue;
        seen.add(box);
        show(box);
      }
    }).observe(document.body, { childList: true, subtree: true });
    document.addEventListener("change", (event) => {
      if (event.target.matches("[data-alert]")) chosen(event.target);
    });
  });

  return { tell, quiet };
})();
