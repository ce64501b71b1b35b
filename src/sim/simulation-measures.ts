/** The measures of a simulated run: those of its trace, and the stretch, for which one must know all links and their delays. */
import { Measures, type OnDelivery } from '../trace/measures.ts';
import { FloodTimes } from './flood-times.ts';
import { measurePlanOf } from '../scenario/play/measure-plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Simulation } from './simulation.ts';

export class SimulationMeasures extends Measures {
  private readonly floods: FloodTimes;
  private readonly followed: { simulation?: Simulation };

  constructor(scenario: Scenario, plan = measurePlanOf(scenario), onDelivery?: OnDelivery) {
    const floods = new FloodTimes();
    const followed: { simulation?: Simulation } = {};
    super(plan, onDelivery, (origin) => followed.simulation && floods.msFrom(origin, followed.simulation));
    this.floods = floods;
    this.followed = followed;
  }

  /** The run that these events are of: without it there is no stretch. */
  follow(simulation: Simulation): void {
    this.followed.simulation = simulation;
  }

  override observe(...[time, node, event]: Parameters<Measures['observe']>): void {
    this.floods.observe(node, event);
    super.observe(time, node, event);
  }
}
