/** The way out: signing off from any page of the staff's. The page then asks who is there. */
import { wish } from "sala/post";

async function signOut() {
  await wish("/api/v1/session", null, { method: "DELETE" });
  location.reload();
}

document.querySelector("[data-sign-out]")?.addEventListener("click", () => void signOut());
