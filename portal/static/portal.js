/* Small progressive enhancements. Every page works without this file. */
(() => {
  'use strict';
  const WARNING = 300; // seconds before the end of a session

  /* 1. <a href="#dlg-…"> opens a real modal; without script the same link works by :target */
  const dialogFrom = (hash) => {
    if (!hash || hash.length < 2) return null;
    const element = document.getElementById(decodeURIComponent(hash.slice(1)));
    return element instanceof HTMLDialogElement ? element : null;
  };
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('a[href^="#dlg-"]');
    if (opener) {
      const dialog = dialogFrom(opener.hash);
      if (dialog && !dialog.open) { event.preventDefault(); dialog.showModal(); }
      return;
    }
    const closer = event.target.closest('[data-close]');
    const open = closer && closer.closest('dialog[open]');
    if (open) { event.preventDefault(); open.close(); return; }
    if (event.target.closest('[data-print]')) { event.preventDefault(); window.print(); }
  });

  /* 2. account menu: Escape or a click elsewhere closes it, and focus returns */
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    document.querySelectorAll('details.mk-menu[open]').forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); });
  });
  document.addEventListener('click', (event) => {
    document.querySelectorAll('details.mk-menu[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  /* 3. a choice of wording or order takes effect at once; without script a button stands there */
  document.addEventListener('change', (event) => {
    const form = event.target.closest('form[data-submit-on-change]');
    if (form) form.requestSubmit();
  });

  /* 4. what is wrong with a form is read first */
  const wrong = document.querySelector('[data-focus]');
  if (wrong) wrong.focus();

  /* 5. what a class says of its children does not stay on a screen that nobody uses; a moment before, it says so */
  const board = document.querySelector('[data-lock-seconds]');
  if (board) {
    const NOTICE = 20; // seconds
    let locks = 0;
    let waiting = 0;
    const look = () => {
      window.clearTimeout(waiting);
      const left = (locks - Date.now()) / 1000;
      if (left <= 0) { window.location.replace(board.dataset.lockAfter); return; }
      board.hidden = left > NOTICE;
      waiting = window.setTimeout(look, (left > NOTICE ? left - NOTICE : left) * 1000 + 100);
    };
    const stay = () => { locks = Date.now() + Number(board.dataset.lockSeconds) * 1000; look(); };
    ['pointerdown', 'pointermove', 'keydown', 'wheel', 'focusin'].forEach((sign) => document.addEventListener(sign, stay, { passive: true }));
    document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
    document.querySelector('[data-lock-note]').hidden = false; // true with script alone
    stay();
  }

  /* 6. five minutes before the session ends a bar asks; at the end the page goes, and its contents with it */
  const bar = document.querySelector('[data-session-seconds]');
  if (!bar) return;
  let ends = 0;
  let timer = 0;
  const watch = () => {
    const left = (ends - Date.now()) / 1000;
    if (left <= 0) { window.location.replace(bar.dataset.sessionAfter); return; }
    bar.hidden = left > WARNING;
    timer = window.setTimeout(watch, Math.min(left, left > WARNING ? left - WARNING : left) * 1000 + 500);
  };
  const begin = () => {
    window.clearTimeout(timer);
    ends = Date.now() + Number(bar.dataset.sessionSeconds) * 1000;
    watch();
  };
  bar.querySelector('[data-session-extend]').addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.target;
    fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' })
      .then((answer) => { if (answer.ok || answer.type === 'opaqueredirect') begin(); else window.location.replace(bar.dataset.sessionAfter); })
      .catch(() => form.submit());
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { window.clearTimeout(timer); watch(); } });
  begin();
})();
