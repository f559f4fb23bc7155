// Links of the sidebar as any reader may use them: the present page is marked for those who hear it, and the first
// page has an address of its own, else it would open as another page in a new tab. `PAGE` is the end of its address.
const mark = (left) => {
  for (const link of document.querySelectorAll('[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]')) {
    const href = link.getAttribute("href") ?? "";
    if (href === "" || href.startsWith("?")) link.setAttribute("href", `./${href}`);
    if (new URL(link.href).pathname.split("/").pop() === PAGE) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (left) setTimeout(mark, 250, left - 1); // they may still be on their way
};
mark(240);
