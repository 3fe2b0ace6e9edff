import { expect, it } from "vitest";
import { pace, see, type Seen } from "./progress";

const follow = (points: [number, number][]) => points.reduce<Seen[]>((trail, [at, done]) => see(trail, at, done), []);

it("the rate is that of the last ten seconds, not of the whole run", () => {
  const trail = follow([[0, 0], [5_000, 10], [20_000, 100], [25_000, 1_100], [30_000, 2_100]]);
  expect(pace(trail, 4_100)?.perSecond).toBeCloseTo(200, 0);
  expect(pace(trail, 4_100)?.secondsLeft).toBeCloseTo(10, 0);
});

it("a job that another worker took over begins anew instead of running backwards", () => {
  const trail = follow([[0, 0], [1_000, 500], [2_000, 256]]);
  expect(trail).toEqual([{ at: 2_000, done: 256 }]);
  expect(pace(trail, 1_000)).toBeUndefined();
});

it("a page that is opened in the middle reckons from the job's start", () => {
  const started = new Date(100_000).toISOString();
  expect(pace(follow([[110_000, 1_000]]), 2_000, started)).toEqual({ perSecond: 100, secondsLeft: 10 });
});

it("nothing is foretold from nothing", () => {
  expect(pace([], 10)).toBeUndefined();
  expect(pace(follow([[0, 5], [100, 6]]), 10)).toBeUndefined();
});
