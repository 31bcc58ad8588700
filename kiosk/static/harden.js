/** No way out of the kiosk: no selection, no zoom, no context menu. */
export {};
