// Draws the charts of a report with uPlot, which precedes it on the page, from the JSON in #data:
//   x       lists that charts share: begins of windows and the end of the last, shares, or numbers
//   marks   what happened: {at, end, text}, in seconds
//   charts  {title, unit, across, x, lines: [{label, look, values}]}, in the order of figures;
//           over numbers also axis, axis_unit, log_up, from_zero, and of lines half_widths and
//           is_bound
// Charts over the same, such as time, move their cursor and their zoom together.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const spoken = document.getElementById('spoken');
  const dashes = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 5], [16, 3]];
  const printedWidth = 660;
  const seconds = [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
    7200, 14400, 21600, 43200, 86400, 172800, 604800];

  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const lineColour = (i) => colour(`--line-${i % dashes.length + 1}`);

  const grouped = (v, digits) => v.toLocaleString('en-US', {maximumFractionDigits: digits});
  const digitsOf = (v) => Math.abs(v) >= 1000 ? 0 : Math.abs(v) >= 100 ? 1 : 2;
  const plain = (v) => grouped(v, v !== 0 && Math.abs(v) < 0.1 ? 5 : digitsOf(v));
  const written = {
    per_s: (v) => `${plain(v)} /s`,
    ms: (v) => Math.abs(v) >= 1000 ? `${grouped(v / 1000, 2)} s` : `${plain(v)} ms`,
    share: (v) => `${grouped(100 * v, v > 0.999 ? 5 : 2)} %`,
    count: plain,
  };

  // 2:05, 1:02:05, 0:00.25
  const clock = (s) => {
    const whole = Math.floor(s + 1e-9);
    const two = (n) => String(n).padStart(2, '0');
    const h = Math.floor(whole / 3600);
    const m = Math.floor(whole / 60) % 60;
    const part = Math.round((s - whole) * 1000);
    const rest = part > 0 ? `.${String(part).padStart(3, '0').replace(/0+$/, '')}` : '';
    return `${h > 0 ? `${h}:${two(m)}` : m}:${two(whole % 60)}${rest}`;
  };
  const percentile = (share) => share >= 1 ? 'max' : `p${grouped(100 * share, 6)}`;

  // A chart over percentiles spreads the last few: each nine takes as much room as the one before.
  const nines = (share) => -Math.log10(1 - share);
  const numberText = ({axis_unit: unit}, number) => `${grouped(number, 6)}${unit}`;
  // 1, 2 and 5 times powers of ten, or the powers alone where there are many.
  const roundFactors = (low, high) => {
    const ticks = [];
    for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
      for (const digit of high / low > 1000 ? [1] : [1, 2, 5]) ticks.push(digit * power);
    }
    return ticks.filter((t) => t >= low * (1 - 1e-9) && t <= high * (1 + 1e-9));
  };
  const across = {
    time: {
      places: (x) => x.slice(1).map((end, i) => (x[i] + end) / 2),
      name: (x, i) => `${clock(x[i])} to ${clock(x[i + 1])}`,
      heading: 'time',
      axis: () => ({incrs: seconds, values: (u, ticks) => ticks.map(clock)}),
    },
    percentile: {
      places: (x) => x.map(nines),
      name: (x, i) => percentile(x[i]),
      heading: 'percentile',
      axis: () => ({
        splits: (u, a, low, high) =>
          [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999].filter((s) => nines(s) <= high).map(nines),
        values: (u, ticks) => ticks.map((t) => percentile(1 - 10 ** -t)),
      }),
    },
    numbers: {
      places: (x) => x,
      name: (x, i, about) => numberText(about, x[i]),
      axis: (about) => ({values: (u, ticks) => ticks.map((t) => numberText(about, t))}),
    },
    factors: {
      places: (x) => x.map(Math.log10),
      name: (x, i, about) => numberText(about, x[i]),
      // A view without two round numbers in it has its points as ticks.
      axis: (about) => ({
        splits: (u, a, low, high) => {
          const ticks = roundFactors(10 ** low, 10 ** high).map(Math.log10);
          return ticks.length > 1 ? ticks : u.data[0].filter((p) => p >= low && p <= high);
        },
        values: (u, ticks) => ticks.map((t) => numberText(about, Number((10 ** t).toPrecision(6)))),
      }),
    },
  };

  const isNumeric = ({across: kind}) => kind === 'numbers' || kind === 'factors';
  const heading = (about) => isNumeric(about) ? about.axis : across[about.across].heading;
  const nameOf = ({about, x}, i) => across[about.across].name(x, i, about);
  // What a line has to say at a point, and how well it is known.
  const figureOf = (about, line, i) => {
    const v = line.values[i];
    if (v === null || v === undefined) return '–';
    const half = line.half_widths?.[i];
    return `${written[about.unit](v)}${half > 0 ? ` ± ${written[about.unit](half)}` : ''}`;
  };

  const charts = [];

  function zoom(chart, min, max) {
    const whole = chart.whole;
    const low = Math.max(min, whole[0]);
    const high = Math.min(max, whole[1]);
    if (!(high - low > (whole[1] - whole[0]) / 1e5)) return;
    for (const {about, plot} of charts) {
      if (about.across === chart.about.across) plot.setScale('x', {min: low, max: high});
    }
  }

  // What happened: a thin line and a number where it began, a tint as long as it lasted.
  const marks = {
    hooks: {
      drawAxes: (u) => {
        const {left, top, width, height} = u.bbox;
        const place = (s) => Math.min(Math.max(u.valToPos(s, 'x', true), left), left + width);
        u.ctx.save();
        u.ctx.fillStyle = colour('--tint');
        for (const {at, end} of data.marks) {
          if (end !== null) u.ctx.fillRect(place(at), top, place(end) - place(at), height);
        }
        u.ctx.restore();
      },
      draw: (u) => {
        const {left, top, width, height} = u.bbox;
        const pixel = uPlot.pxRatio;
        let free = left;
        u.ctx.save();
        u.ctx.fillStyle = u.ctx.strokeStyle = colour('--mark');
        u.ctx.lineWidth = pixel;
        u.ctx.font = `${11 * pixel}px system-ui, sans-serif`;
        u.ctx.textAlign = 'left';
        u.ctx.textBaseline = 'top';
        data.marks.forEach(({at}, i) => {
          const x = Math.round(u.valToPos(at, 'x', true)) + 0.5;
          if (x < left || x > left + width) return;
          u.ctx.beginPath();
          u.ctx.setLineDash([3 * pixel, 3 * pixel]);
          u.ctx.moveTo(x, top);
          u.ctx.lineTo(x, top + height);
          u.ctx.stroke();
          const label = String(i + 1);
          if (x < free) return;
          u.ctx.fillText(label, x + 3 * pixel, top + 2 * pixel);
          free = x + u.ctx.measureText(label).width + 6 * pixel;
        });
        u.ctx.restore();
      },
    },
  };

  // The line of a series beside its name, with its dashes: colour is not all that tells them apart.
  function showLine(row, i) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    svg.setAttribute('viewBox', '0 0 30 8');
    svg.setAttribute('class', `line line-${i % dashes.length + 1}`);
    svg.setAttribute('aria-hidden', 'true');
    line.setAttribute('d', 'M0 4h30');
    line.setAttribute('stroke-dasharray', dashes[i % dashes.length].join(' '));
    svg.append(line);
    row.querySelector('th').prepend(svg);
  }

  // A click on the name of a line hides or shows it; so do Enter and the space bar.
  function makeButton(row) {
    const name = row.querySelector('.u-label');
    name.tabIndex = 0;
    name.setAttribute('role', 'button');
    name.setAttribute('aria-pressed', 'true');
    name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      name.click();
    });
  }

  // Where a line has intervals, their ends are two more lines, which are not drawn but shaded
  // between. No metric is below 0 where its means are not, nor a share above 1; an axis by
  // logarithms ends not far below the least mean.
  const knownOf = ({values}) => values.filter((v) => v !== null);
  const logFloor = ({lines}) =>
    Math.min(...lines.filter((l) => !l.is_bound).flatMap(knownOf)) / 2;
  function bandsOf(about) {
    const {lines, unit} = about;
    const bands = [];
    lines.forEach((line, i) => {
      const {values, half_widths: halves, look} = line;
      if (!halves) return;
      const known = knownOf(line);
      const least = about.log_up ? logFloor(about) : Math.min(...known) >= 0 ? 0 : -Infinity;
      const most = unit === 'share' && Math.max(...known) <= 1 ? 1 : Infinity;
      const end = (sign) => values.map((v, j) =>
        v === null ? null : Math.min(Math.max(v + sign * (halves[j] ?? 0), least), most));
      bands.push({line: i + 1, look, high: end(1), low: end(-1)});
    });
    return bands;
  }

  // The range of the axis upwards around what is shown: shares end at 1, with room for the line.
  function upwards(about) {
    const {unit, from_zero: fromZero, log_up: logUp} = about;
    if (!isNumeric(about)) {
      const top = unit === 'share' ? 1.05 : null;
      return (u, min, max) => [Math.min(0, min ?? 0), top ?? (max > 0 ? max * 1.08 : 1)];
    }
    return (u, min, max) => {
      if (min === null || max === null) return logUp ? [1, 10] : [0, 1];
      if (logUp) return [Math.max(min / 1.15, Math.min(min, logFloor(about))), max * 1.15];
      const least = fromZero ? Math.min(0, min) : min;
      const room = (max - least) * 0.08 || Math.abs(max) * 0.1 || 1;
      const low = fromZero ? least : min < 0 ? min - room : Math.max(0, min - room);
      const high = max + room;
      return [low, unit === 'share' && max <= 1 ? Math.min(high, 1 + 0.04 * (1 - low)) : high];
    };
  }

  const isMove = (kind) => kind === 'mousemove' || kind === 'mouseleave';

  function options(chart, width) {
    const {about, bands} = chart;
    const write = written[about.unit];
    const numeric = isNumeric(about);
    const firstEnd = about.lines.length + 1;
    const look = {
      stroke: () => colour('--faint-ink'),
      font: '12px system-ui, sans-serif',
      grid: {stroke: () => colour('--rule'), width: 1},
      ticks: {show: false},
    };
    return {
      width,
      height: root.clientWidth < 600 ? 190 : 230,
      plugins: about.across === 'time' ? [marks] : [],
      legend: {markers: {show: false}},
      cursor: {
        y: false,
        drag: {x: true, y: false, setScale: false},
        sync: {key: about.across, filters: {pub: isMove}},
        bind: {dblclick: () => () => { zoom(chart, ...chart.whole); return null; }},
      },
      hooks: {
        setSelect: [(u) => {
          const {left, width: wide} = u.select;
          if (wide > 3) zoom(chart, u.posToVal(left, 'x'), u.posToVal(left + wide, 'x'));
          if (wide > 0) u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
        }],
        ready: [(u) => {
          u.root.querySelectorAll('.u-legend .u-series').forEach((row, i) => {
            if (i === 0 || i >= firstEnd) return;
            showLine(row, about.lines[i - 1].look);
            makeButton(row);
          });
        }],
        setSeries: [(u, i, {show}) => {
          if (show === undefined || i >= firstEnd) return;
          u.root.querySelectorAll('.u-legend .u-label')[i].setAttribute('aria-pressed', show);
          bands.forEach(({line}, j) => {
            if (line !== i) return;
            for (const end of [0, 1]) u.setSeries(firstEnd + 2 * j + end, {show});
          });
        }],
      },
      scales: {
        x: {time: false, range: (u, min, max) => [min, max]},
        y: {distr: about.log_up ? 3 : 1, range: upwards(about)},
      },
      axes: [
        {...look, ...across[about.across].axis(about), space: 70, size: 30},
        {...look, size: 70, values: (u, ticks) => ticks.map(write), ...(about.log_up ? {
          splits: (u, a, low, high) => roundFactors(low, high),
          filter: (u, ticks) => ticks,
        } : {})},
      ],
      series: [
        {label: heading(about), value: (u, v, s, i) => i === null ? '–' : nameOf(chart, i)},
        ...about.lines.map((line) => ({
          label: line.label,
          stroke: () => lineColour(line.look),
          width: 1.75,
          dash: dashes[line.look % dashes.length],
          points: numeric && !line.is_bound
            ? {show: true, size: 6, fill: () => lineColour(line.look)} : {show: false},
          class: line.half_widths ? 'spread' : null,
          value: (u, v, s, i) => figureOf(about, line, i),
        })),
        ...bands.flatMap(() => [0, 1].map(() =>
          ({label: '', class: 'bound', stroke: 'transparent', width: 0, points: {show: false}}))),
      ],
      bands: bands.map(({look: i}, j) => ({
        series: [firstEnd + 2 * j, firstEnd + 2 * j + 1],
        fill: () => `${lineColour(i)}2b`,  // colours are #rrggbb
      })),
    };
  }

  const sentence = (chart, i) => [
    isNumeric(chart.about) ? `${heading(chart.about)} ${nameOf(chart, i)}` : nameOf(chart, i),
    ...chart.about.lines.map((line) => `${line.label} ${
      line.values[i] === null ? 'nothing to report' : figureOf(chart.about, line, i)}`),
  ].join(', ');

  // Arrows step through the windows, + and - zoom about the cursor, Escape shows all.
  function onKey(chart, event) {
    const {plot, places, whole} = chart;
    const {min, max} = plot.scales.x;
    const inside = places.map((p, i) => i).filter((i) => places[i] >= min && places[i] <= max);
    if (inside.length === 0) return;
    const first = inside[0];
    const last = inside[inside.length - 1];
    const now = plot.cursor.idx;
    const at = now === null || now === undefined ? null : Math.min(Math.max(now, first), last);
    const middle = at === null ? (min + max) / 2 : places[at];
    const resize = (factor) =>
      zoom(chart, middle - (middle - min) * factor, middle + (max - middle) * factor);
    const go = (i) => {
      plot.setCursor({left: plot.valToPos(places[i], 'x'), top: 1}, true, true);
      spoken.textContent = sentence(chart, i);
    };
    const step = event.shiftKey ? 10 : 1;
    const keys = {
      ArrowRight: () => go(at === null ? first : Math.min(at + step, last)),
      ArrowLeft: () => go(at === null ? last : Math.max(at - step, first)),
      Home: () => go(first),
      End: () => go(last),
      '+': () => resize(0.5),
      '=': () => resize(0.5),
      '-': () => resize(2),
      Escape: () => zoom(chart, ...whole),
    };
    if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  }

  function fillTable(chart, details) {
    const {about, places} = chart;
    const table = document.createElement('table');
    const head = table.createTHead().insertRow();
    const cell = (row, tag, text, scope) => {
      const made = document.createElement(tag);
      made.textContent = text;
      if (scope) made.scope = scope; else made.className = 'number';
      row.append(made);
    };
    cell(head, 'th', heading(about), 'col');
    for (const line of about.lines) cell(head, 'th', line.label, 'col');
    const body = table.createTBody();
    places.forEach((place, i) => {
      const row = body.insertRow();
      cell(row, 'th', nameOf(chart, i), 'row');
      for (const line of about.lines) cell(row, 'td', figureOf(about, line, i));
    });
    const scroll = document.createElement('div');
    scroll.className = 'scroll tall';
    scroll.tabIndex = 0;
    scroll.append(table);
    details.append(scroll);
  }

  for (const figure of document.querySelectorAll('figure.chart')) {
    const about = data.charts[figure.dataset.chart];
    const x = data.x[about.x];
    const places = across[about.across].places(x);
    const box = figure.querySelector('.plot');
    const ends = about.across === 'time' ? x : places;
    const first = ends[0];
    const last = ends[ends.length - 1];
    // Room for the dots of the first point and the last.
    const room = isNumeric(about) ? (last - first) * 0.02 || Math.abs(first) * 0.1 || 1 : 0;
    const whole = [first - room, last + room];
    const bands = bandsOf(about);
    const chart = {about, x, places, box, whole, bands, plot: null};
    chart.plot = new uPlot(options(chart, box.clientWidth), [places,
      ...about.lines.map((line) => line.values),
      ...bands.flatMap(({high, low}) => [high, low])], box);
    charts.push(chart);
    chart.plot.setScale('x', {min: whole[0], max: whole[1]});
    box.tabIndex = 0;
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', `Chart: ${about.title}. Arrow keys read its figures, ` +
      'plus and minus zoom, Escape shows all.');
    box.addEventListener('keydown', (event) => onKey(chart, event));
    const details = figure.querySelector('details');
    details.addEventListener('toggle', () => fillTable(chart, details), {once: true});
  }

  // Only what can be scrolled is a stop for the Tab key.
  const skipWhatFits = () => {
    for (const part of document.querySelectorAll('.scroll, pre')) {
      const fits = part.scrollWidth <= part.clientWidth && part.scrollHeight <= part.clientHeight;
      part.tabIndex = fits ? -1 : 0;
    }
  };
  const resize = (width) => {
    for (const {box, plot} of charts) {
      const wide = width ?? box.clientWidth;
      if (wide > 0 && wide !== plot.width) plot.setSize({width: wide, height: plot.height});
      plot.redraw(false, true);
    }
  };
  new ResizeObserver(() => {
    if (root.classList.contains('printing')) return;
    resize();
    skipWhatFits();
  }).observe(document.getElementById('main'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => resize());
  addEventListener('beforeprint', () => {
    root.classList.add('printing');
    resize(printedWidth);
  });
  addEventListener('afterprint', () => {
    root.classList.remove('printing');
    resize();
  });
  root.dataset.charts = charts.length;
})();
