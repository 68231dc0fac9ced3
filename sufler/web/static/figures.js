/* Pages with figures: the viewer's zone, by which days are counted, and charts as pictures. */
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const kept = `sufler_zone=${encodeURIComponent(zone)}`;
  if (zone && !document.cookie.split("; ").includes(kept)) {
    document.cookie = `${kept}; path=/admin; max-age=31536000; samesite=lax`;
    // Its days were counted by another zone. Where cookies are refused it stays as it is.
    if (document.cookie.split("; ").includes(kept)) {
      document.documentElement.inert = true; // what is done on a page that goes is lost
      location.reload();
    }
  }

  const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font", "opacity"];
  const SCALE = 2;

  function withLooks(drawing) {
    const copy = drawing.cloneNode(true);
    const from = [drawing, ...drawing.querySelectorAll("*")];
    const to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((each, place) => {
      const looks = getComputedStyle(each);
      for (const name of LOOKS) to[place].style.setProperty(name, looks.getPropertyValue(name));
    });
    return copy;
  }

  async function picture(drawing) {
    const copy = withLooks(drawing);
    const box = drawing.viewBox.baseVal;
    copy.setAttribute("width", box.width * SCALE);
    copy.setAttribute("height", box.height * SCALE);
    const words = new XMLSerializer().serializeToString(copy);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(words)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = box.width * SCALE;
    canvas.height = box.height * SCALE;
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(drawing.closest(".card") ?? document.body).backgroundColor;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0);
    return new Promise((give) => canvas.toBlob(give, "image/png"));
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-png]");
    const drawing = button?.closest(".figure").querySelector("svg.chart");
    if (!drawing) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await picture(drawing));
    link.download = button.dataset.png;
    link.click();
    URL.revokeObjectURL(link.href);
  });
})();
