// Links of our HTML move inside the running app instead of loading it again. Streamlit answers to
// popstate by running the page the address names, bound widgets included; so a link is one history
// entry, and Back is the browser's own. Without this file every link still works, by a full load.
(() => {
  // Streamlit fetches its icons ahead, a font of 370 KB, and no visitor's screen draws one. It
  // still comes by itself where an icon is drawn.
  const load = document.fonts.load.bind(document.fonts);
  document.fonts.load = (font, text) => (
    font.includes('Material Symbols') ? Promise.resolve([]) : load(font, text));

  // What is written in the form, for the listeners below.
  const REST = 900;
  const WRITTEN = 2500;
  const SENDING = 250;
  let resting = 0;
  let written = -WRITTEN;
  let lastText = null;
  const send = (text) => {
    resting = 0;
    text.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }));
  };

  const main = () => document.querySelector('[data-testid="stMain"]');
  const state = () => history.state || {};
  let opened = 0;

  const settled = (then) => {
    const app = document.querySelector('[data-testid="stApp"]');
    const done = () => app && app.dataset.testScriptState === 'notRunning';
    let ran = false;
    const watcher = new MutationObserver(() => {
      if (!done()) ran = true;
      else if (ran) { watcher.disconnect(); requestAnimationFrame(then); }
    });
    if (app) watcher.observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
    setTimeout(() => watcher.disconnect(), 10000);
  };

  const remember = () => {
    const box = main();
    if (box) history.replaceState({ ...state(), top: box.scrollTop }, '');
  };

  const go = (href) => {
    remember();
    history.pushState({ top: 0 }, '', href);
    opened += 1;
    window.dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
  };

  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey
        || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element && event.target.closest('a[data-go]');
    if (!link || link.origin !== location.origin || !main()) return;
    // A light page is no part of the app.
    if (link.pathname.startsWith('/auth/')) return;
    event.preventDefault();
    const leave = () => {
      if (link.dataset.back !== undefined && opened > 0) history.back();
      else go(link.href);
    };
    // A tap comes sooner than Streamlit sends what was just written, and the next step has no field
    // to take it.
    if (performance.now() - written > WRITTEN) { leave(); return; }
    if (resting) { clearTimeout(resting); send(lastText); }
    setTimeout(leave, SENDING);
  });

  // A new query starts from its first page, and is understood again.
  document.addEventListener('input', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('.st-key-q')) return;
    const address = new URL(location.href);
    if (!address.searchParams.has('page') && !address.searchParams.has('as_typed')) return;
    address.searchParams.delete('page');
    address.searchParams.delete('as_typed');
    history.replaceState(state(), '', address);
  });

  // A facet of hundreds of values shows the commonest; the server finds the others by their letters.
  const PAUSE = 150;
  let asking = 0;
  document.addEventListener('input', (event) => {
    const field = event.target instanceof Element && event.target.closest('.k-find-value');
    if (!field) return;
    const facet = field.closest('.k-facet');
    const letters = () => field.value.trim();
    clearTimeout(asking);
    if (!letters()) { facet.classList.remove('k-finding'); return; }
    asking = setTimeout(async () => {
      const asked = letters();
      const answer = await fetch(`${field.dataset.find}&find=${encodeURIComponent(asked)}`)
        .then((one) => (one.ok ? one.text() : ''), () => '');
      if (!answer || letters() !== asked) return;
      facet.querySelector('.k-found').innerHTML = answer;
      facet.classList.add('k-finding');
    }, PAUSE);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.target instanceof Element)
        || !event.target.closest('.k-find-value')) return;
    const first = event.target.closest('.k-facet.k-finding');
    const link = first && first.querySelector('.k-found a:not(.k-on)');
    if (link) link.click();
  });

  // What is written in the form is kept while one writes. Streamlit sends a long text only when it
  // is left, or at Ctrl and Enter.
  document.addEventListener('input', (event) => {
    const text = event.target;
    if (!(text instanceof Element) || !text.closest('[class*="st-key-entry-"]')) return;
    written = performance.now();
    if (!(text instanceof HTMLTextAreaElement)) return;
    clearTimeout(resting);
    lastText = text;
    resting = setTimeout(send, REST, text);
  });
  document.addEventListener('visibilitychange', () => {
    const text = document.activeElement;
    if (document.visibilityState === 'hidden' && text instanceof HTMLTextAreaElement
        && text.closest('[class*="st-key-entry-"]')) send(text);
  });

  // A file that is refused: Streamlit marks it with an English message, so it is taken from its list
  // and our sentence stands below, in the words that the screen has put there (data-*), or in the
  // server's own.
  const UPLOADER = '[data-testid="stFileUploader"]';
  const answers = new Map();
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    if (method.toUpperCase() === 'PUT' && String(address).includes('/_stcore/upload_file')) {
      this.kUpload = true;
    }
    return open.call(this, method, address, ...rest);
  };
  const sendRequest = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    const file = this.kUpload && body instanceof FormData
      && [...body.values()].find((one) => one instanceof File);
    if (file) {
      // Ours comes before the one that marks the file.
      this.addEventListener('readystatechange', () => {
        if (this.readyState !== XMLHttpRequest.DONE) return;
        const said = this.status >= 400 && (this.getResponseHeader('content-type') || '')
          .startsWith('text/plain') ? this.responseText : '';
        answers.set(file.name, said);
      });
    }
    return sendRequest.call(this, body);
  };
  const why = (file, words) => {
    if (!file) return words.failed;
    if (answers.get(file.name)) return answers.get(file.name);
    if (words.heic && /\.hei[cf]$/i.test(file.name)) return words.heic;
    if (answers.has(file.name)) return words.failed;
    return file.size > Number(words.most) ? words.large : words.kind;
  };
  const watched = new WeakSet();
  const given = (uploader, files) => {
    const chosen = [...files];
    if (!uploader || !chosen.length) return;
    let place = uploader.closest('[data-testid="stElementContainer"]');
    while (place && !place.querySelector('.k-refused')) place = place.nextElementSibling;
    const told = place && place.querySelector('.k-refused');
    if (!told) return;
    told.replaceChildren();
    chosen.forEach((one) => answers.delete(one.name));
    uploader.kGiven = chosen;
    if (watched.has(uploader)) return;
    watched.add(uploader);
    new MutationObserver(() => {
      uploader.querySelectorAll('[data-testid="stFileChipIconError"]').forEach((mark) => {
        const chip = mark.closest('[data-testid="stFileChip"]');
        const out = chip && chip.querySelector('[data-testid="stFileChipDeleteBtn"] button');
        if (!out || chip.kTold) return;
        chip.kTold = true;
        const label = chip.querySelector('[data-testid="stFileChipName"]');
        const name = label ? label.title || label.textContent : '';
        const file = uploader.kGiven.find((one) => one.name === name) || uploader.kGiven[0];
        const line = document.createElement('li');
        line.textContent = `${file.name}: ${why(file, told.dataset)}`;
        told.append(line);
        out.click();
      });
    }).observe(uploader, { subtree: true, childList: true });
  };
  document.addEventListener('change', (event) => {
    const field = event.target;
    if (field instanceof HTMLInputElement && field.type === 'file') {
      given(field.closest(UPLOADER), field.files);
    }
  }, true);
  document.addEventListener('drop', (event) => {
    if (event.target instanceof Element && event.dataTransfer) {
      given(event.target.closest(UPLOADER), event.dataTransfer.files);
    }
  }, true);

  window.addEventListener('popstate', () => {
    const top = state().top || 0;
    settled(() => { const box = main(); if (box) box.scrollTop = top; });
  });

  // Streamlit says in English to restart it in a terminal; a visitor in a basement needs to hear
  // that the network is gone and that the page comes back by itself.
  const PATIENCE = 2000;
  const note = document.querySelector('meta[name="korme-offline"]');
  const connected = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    return !app || app.dataset.testConnectionState === 'CONNECTED';
  };
  let everConnected = false;
  let waiting = 0;
  const watch = () => {
    if (connected()) {
      everConnected = !!document.querySelector('[data-testid="stApp"]') || everConnected;
      clearTimeout(waiting);
      waiting = 0;
      document.documentElement.classList.remove('k-lost');
    } else if (everConnected && !waiting) {
      waiting = setTimeout(() => document.documentElement.classList.add('k-lost'), PATIENCE);
    }
  };
  const banner = document.createElement('p');
  banner.className = 'k k-offline';
  banner.setAttribute('role', 'status');
  banner.textContent = note ? note.content : '';
  document.addEventListener('DOMContentLoaded', () => document.body.append(banner));
  new MutationObserver(watch).observe(document.documentElement, {
    subtree: true, attributes: true, attributeFilter: ['data-test-connection-state'],
  });
})();
