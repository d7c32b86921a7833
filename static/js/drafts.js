/* A long form keeps itself on the server while one types, as a draft of this person. Nothing is stored in the browser. */
(function () {
  "use strict";

  var EVERY = 20000;
  var composing = false;
  var sending = new Map();
  document.addEventListener("compositionstart", function () { composing = true; });
  document.addEventListener("compositionend", function () { composing = false; });

  function changed(event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-drafts")) { form.dataset.unkept = "1"; }
  }
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  /* What is sent needs no draft: one that is under way would come back after its form has been saved. */
  document.addEventListener("submit", function (event) {
    if (sending.has(event.target)) { sending.get(event.target).abort(); }
  });

  function say(form, text) {
    var line = form.querySelector("[data-draft-line]");
    line.hidden = false;
    line.querySelector("[role=status]").textContent = line.dataset[text].replace("{time}", clock());
  }

  function offerToCompare(form, mark) {
    var link = form.querySelector("[data-compare]");
    link.hidden = false;
    link.href = link.dataset.compare.replace("/0/", "/" + mark + "/");
  }

  function clock() {
    var now = new Date();
    return now.getHours() + ":" + String(now.getMinutes()).padStart(2, "0");
  }

  /* This page counts the versions of its draft itself: where an answer is lost, the next one still lands in the same draft. */
  function count(mark) {
    var parts = mark.value.split(".");
    mark.value = parts[0] + "." + (Number(parts[1]) + 1);
  }

  function kept(form, response) {
    var mark = form.querySelector("[name=_draft]");
    var before = form.querySelector("[name=_draft_before]");
    if (before && (response.status === 204 || response.status === 409)) { before.value = ""; } /* its place has been taken */
    var told = response.headers.get("X-Draft") || mark.value;
    if (told.split(".")[0] !== mark.value.split(".")[0]) { mark.value = told; }
    if (response.status === 409) { offerToCompare(form, told); }
    if (response.status === 204 || response.status === 409) {
      say(form, response.status === 409 ? "apart" : "kept");
    } else if (response.status !== 413) {
      form.dataset.unkept = "1";
      say(form, "failed");
    }
  }

  function keep(form) {
    var sent = new URLSearchParams(new FormData(form));
    var stop = new AbortController();
    delete form.dataset.unkept;
    count(form.querySelector("[name=_draft]"));
    sent.delete("_form"); /* the number under which the form itself acts once */
    sent.set("_keep", "1");
    sending.set(form, stop);
    fetch(form.action, { method: "POST", body: sent, headers: { "X-Draft": "1" }, redirect: "manual", signal: stop.signal })
      .then(function (response) { kept(form, response); })
      .catch(function () { form.dataset.unkept = "1"; if (!stop.signal.aborted) { say(form, "failed"); } })
      .finally(function () { sending.delete(form); });
  }

  window.setInterval(function () {
    if (composing || navigator.onLine === false) { return; }
    document.querySelectorAll("form[data-drafts][data-unkept]:not([data-sent])").forEach(keep);
  }, EVERY);
})();
