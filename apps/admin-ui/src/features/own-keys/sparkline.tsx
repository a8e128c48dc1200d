import classes from './sparkline.module.css';

const HEIGHT = 22;
const STEP = 5;
const BAR = 3;

/** A bar a day; the sentence beside it says what it is about. */
export const Sparkline = ({ days, label }: { readonly days: readonly number[]; readonly label: string }) => {
  const most = Math.max(1, ...days);
  return (
    <svg className={classes['line']} viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`} role="img" aria-label={label}>
      {days.map((times, index) => {
        const height = times === 0 ? 1.5 : Math.max(3, (times / most) * HEIGHT);
        return (
          <rect
            key={index}
            x={index * STEP}
            y={HEIGHT - height}
            width={BAR}
            height={height}
            rx={1}
            className={times === 0 ? classes['none'] : classes['some']}
          />
        );
      })}
    </svg>
  );
};
