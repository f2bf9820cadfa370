/**
 * The mean waiting time in M/M/c, in units of the service's mean time: Erlang's C formula.
 *
 * @param load the rate of arrivals times the mean time of service: fewer than the servers.
 * @see https://en.wikipedia.org/wiki/M/M/c_queue
 */
export const meanWaitOfMMc = (load: number, servers: number): number => {
  // Erlang's B, by its recursion, which neither overflows nor cancels.
  let blocked = 1;
  for (let server = 1; server <= servers; server++) blocked = (load * blocked) / (server + load * blocked);
  const used = load / servers;
  const waits = blocked / (1 - used * (1 - blocked));
  return waits / (servers - load);
};

/**
 * The mean waiting time in M/D/1, in units of the service's time: Pollaczek and Khinchine's formula.
 *
 * @see https://en.wikipedia.org/wiki/M/D/1_queue
 */
export const meanWaitOfMD1 = (load: number): number => load / (2 * (1 - load));
