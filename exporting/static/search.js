"use strict";
// Leaves of the list of exhibits what has all the words, the best first; kormeWords is in words.js.
(() => {
  const RUSSIAN = {
    ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и", ё: "е",
  };
  const fold = (text) =>
    text.normalize("NFKC").toLowerCase().replace(/[әғқңөұүһіё]/g, (letter) => RUSSIAN[letter]);

  const list = document.getElementById("exhibits");
  const rows = [...list.children].map((element) => {
    const [title, others] = kormeWords[element.dataset.code];
    return { element, title: " " + fold(title), others: " " + fold(others) };
  });

  // Endings vary: a longer word may lack its last two letters, and counts for less so.
  const worth = (row, word) => {
    const stem = " " + (word.length > 5 ? word.slice(0, -2) : word);
    if (row.title.includes(" " + word)) return 4;
    if (row.title.includes(stem)) return 3;
    if (row.others.includes(" " + word)) return 2;
    return row.others.includes(stem) ? 1 : 0;
  };
  const score = (row, words) => {
    const worths = words.map((word) => worth(row, word));
    return worths.includes(0) ? 0 : worths.reduce((sum, one) => sum + one, 0);
  };

  const query = document.getElementById("query");
  const status = document.getElementById("status");
  const search = () => {
    const words = fold(query.value).match(/[\p{L}\p{N}]+/gu) || [];
    const asked = words.length > 0;
    const scored = rows.map((row) => ({ row, score: asked ? score(row, words) : 1 }));
    // The sort is stable: equals keep the order of the list.
    scored.sort((one, other) => other.score - one.score);
    for (const { row, score } of scored) row.element.hidden = score === 0;
    list.append(...scored.map(({ row }) => row.element));
    for (const section of document.querySelectorAll(".beside")) section.hidden = asked;
    const found = scored.filter(({ score }) => score > 0).length;
    const { found: label, nothing } = status.dataset;
    status.textContent = !asked ? "" : found ? `${label}: ${found}` : nothing;
  };

  document.getElementById("search").hidden = false;
  query.addEventListener("input", search);
  // Back from a page, the browser puts the words into the field again.
  window.addEventListener("pageshow", search);
})();
