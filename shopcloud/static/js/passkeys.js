// What the passkey forms could not do is said on the page, where they would only write it to the console.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault();
  document.getElementById('passkey-trouble').hidden = false;
});
