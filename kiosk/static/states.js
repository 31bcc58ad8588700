/** The screens of a kiosk that gives no tickets, and what the printer is known to do. */
export {};
