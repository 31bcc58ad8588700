/** The staff menu by PIN. */
export {};
