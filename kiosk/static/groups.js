/**
 * The services of a kiosk in the groups of one way to choose: by agency, or by what people come with. Pure.
 */

/** @typedef {Record<string, string>} Name */
/** @typedef {{id: string, agency: string}} Grouped */
/** @typedef {"agency" | "matter"} Way */

/**
 * @template {Grouped} S
 * @typedef {{id: string, name: Name, more: Name | null, services: S[]}} Group  `more`: the agency's whole name
 */

/**
 * @template {Grouped} S
 * @param {{agencies: {id: string, name: Name, short: Name}[], matters: {id: string, name: Name, services: string[]}[],
 *          services: S[]}} offered
 * @param {Way} way
 * @returns {Group<S>[]}
 */
export function groupsOf({ agencies, matters, services }, way) {
  if (way === "agency") {
    return agencies.map(({ id, name, short }) => ({
      id,
      name: short,
      more: name === short ? null : name,
      services: services.filter((service) => service.agency === id),
    }));
  }
  return matters.map(({ id, name, services: ids }) => ({
    id,
    name,
    more: null,
    services: ids.flatMap((one) => services.filter((service) => service.id === one)),
  }));
}
