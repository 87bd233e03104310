"""Every page in a real browser: no script error, keyboard, names, contrast, deep links, speed, screenshots."""
import os
import re
import statistics
import time
from pathlib import Path

import pytest

lessons = ["infection", "again", "elderly", "cytokines", "educate", "tumour", "car-t", "crs", "escape", "strengthen", "combine", "why"]
pages = {"learn": "#/learn", "patient": "#/patient", "compare": "#/compare", "trial": "#/trial", "models": "#/models", "models-run": "#/models?view=run"}
settled = "document.querySelector('#main').dataset.shown !== undefined"


def settle(page):
    page.wait_for_function(settled)
    page.wait_for_timeout(100)


def wait_for_run(page, mark):
    """Waits for a long run of the page Compare, which marks its end."""
    page.wait_for_function(f"document.querySelector('#main').dataset.{mark} !== undefined", timeout=120_000)
    page.wait_for_timeout(100)
    return float(page.evaluate(f"document.querySelector('#main').dataset.{mark}"))


def fine(view):
    assert view.errors == []
    assert view.outside == [], "the app must work without a network"
    assert not view.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"), "the page scrolls sideways"


@pytest.mark.parametrize("name", pages)
def test_page_opens_without_error_and_says_what_it_is_not(view, name):
    page = view.open(pages[name])
    if name != "learn":
        settle(page)
    view.keep(name)
    assert "not medical advice" in page.inner_text("[role=note]")
    fine(view)


def test_every_lesson_asks_runs_and_answers(view):
    page = view.open("#/learn")
    names = page.evaluate("[...document.querySelectorAll('.contents a')].map(a => new URLSearchParams(a.hash.split('?')[1]).get('step'))")
    assert set(lessons) <= set(names)
    for name in names:
        page.goto("about:blank")
        page = view.open(f"#/learn?step={name}")
        assert not page.is_visible(".finding"), "the finding must wait for the prediction"
        page.locator(".question input").nth(1).check()
        page.get_by_role("button", name="Run the simulation").click()
        settle(page)
        assert page.inner_text(".verdict").startswith(("You expected", "✓"))
        assert not re.search("NaN|undefined|null", page.inner_text(".finding")), page.inner_text(".finding")
        assert page.locator(".chart svg.marks").count() >= 1
        view.keep(f"lesson-{name}")
        fine(view)


def test_a_prediction_can_be_made_and_run_by_keyboard_alone(make_view):
    view = make_view()
    page = view.open("#/learn?step=again")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == "guess":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run the simulation"
    page.keyboard.press("Enter")
    settle(page)
    assert page.is_visible(".finding")
    page.locator(".controls input[type=range]").first.focus()
    before = page.inner_text(".controls .value >> nth=0")
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".controls .value >> nth=0") != before
    fine(view)


def test_glossary_words_explain_themselves(make_view):
    view = make_view("phone")
    page = view.open("#/learn?step=infection")
    page.locator("button.term").first.focus()
    page.keyboard.press("Enter")
    note = page.locator(".term-note:popover-open")
    assert note.is_visible() and len(note.inner_text()) > 20
    page.keyboard.press("Escape")
    assert page.locator(".term-note:popover-open").count() == 0
    fine(view)


@pytest.mark.parametrize("address", ["#/learn?step=again&guess=2&second=90&age=70", "#/patient?age=80&pdl1=10&diameter=55&therapy=nivolumab&sex=male"])
def test_a_link_restores_what_its_sender_saw(make_view, address):
    first = make_view().open(address)
    settle(first)
    wanted = dict(part.split("=") for part in address.split("?")[1].split("&"))
    shown = dict(part.split("=") for part in first.url.split("?")[1].split("&"))
    assert {key: shown[key] for key in wanted} == wanted
    state = "[...document.querySelectorAll('main input, main select')].map(i => i.type === 'radio' || i.type === 'checkbox' ? i.checked : i.value).join('|')"
    before = first.evaluate(state)
    if "#/patient" in address:
        for text in ("80 years", "10 %", "55 mm"):
            assert text in first.inner_text("form")
    else:
        assert "90" in first.inner_text(".controls") and "70 years" in first.inner_text(".controls")
    second = make_view().open(first.url.split("/", 3)[3])
    settle(second)
    assert second.evaluate(state) == before


def test_going_back_shows_the_page_before(make_view):
    view = make_view()
    page = view.open("#/learn")
    page.get_by_role("link", name="Models").click()
    page.wait_for_selector(".equations")
    page.go_back()
    page.wait_for_selector(".question")
    assert page.get_by_role("link", name="Learn", exact=True).get_attribute("aria-current") == "page"
    fine(view)


names_script = """
() => [...document.querySelectorAll('a, button, input, select, textarea, canvas, [role=img], summary')].filter(node => node.checkVisibility()).filter(node => {
  const label = node.labels?.[0]?.textContent || node.getAttribute('aria-label') || node.textContent || node.title;
  return !label || !label.trim();
}).map(node => node.outerHTML.slice(0, 120))
"""

contrast_script = """
() => {
  const luminance = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const parse = text => { const p = text.match(/[\\d.]+/g).map(Number); return text.startsWith('color(srgb') ? [p[0]*255, p[1]*255, p[2]*255, p[3] ?? 1] : [p[0], p[1], p[2], p[3] ?? 1]; };
  const bad = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest('svg') || node.matches(':disabled')) continue;
    let behind = null;
    for (let up = node; up && !behind; up = up.parentElement) { const c = parse(getComputedStyle(up).backgroundColor); if (c[3] > 0) behind = c; }
    const a = luminance(parse(getComputedStyle(node).color)), b = luminance(behind ?? [255, 255, 255]);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push(`${node.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return bad;
}
"""

structure_script = """
() => ({
  headings: [...document.querySelectorAll('h1, h2, h3, h4')].filter(h => h.checkVisibility()).map(h => Number(h.tagName[1])),
  mains: document.querySelectorAll('main').length, language: document.documentElement.lang,
  positive: document.querySelectorAll('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])').length,
  ids: [...document.querySelectorAll('[id]')].map(node => node.id),
})
"""


explained = "#/compare?why=1&therapies=pembrolizumab|carboplatin with pemetrexed"


@pytest.mark.parametrize("size, scheme", [("desktop", "light"), ("desktop", "dark"), ("phone", "dark")])
@pytest.mark.parametrize("address", ["#/learn?step=strengthen&guess=1", "#/patient", "#/compare", explained, "#/trial", "#/models", "#/models?view=run"])
def test_names_roles_contrast_and_focus_order(make_view, address, size, scheme):
    view = make_view(size, scheme)
    page = view.open(address)
    settle(page)
    if "why=1" in address:
        wait_for_run(page, "explained")
    assert page.evaluate(names_script) == []
    assert page.evaluate(contrast_script) == []
    structure = page.evaluate(structure_script)
    assert structure["mains"] == 1 and structure["language"] == "en" and structure["positive"] == 0
    assert structure["headings"].count(1) == 1 and structure["headings"][0] == 1
    assert all(b - a <= 1 for a, b in zip(structure["headings"], structure["headings"][1:])), structure["headings"]
    assert len(structure["ids"]) == len(set(structure["ids"]))
    view.keep(re.sub(r"\W+", "-", address[2:].split("&therapies")[0]) + f"-{scheme}")
    # Focus goes down the page in the order of reading, and is always seen.
    page.evaluate("document.activeElement.blur()")
    places = []
    for _ in range(12):
        page.keyboard.press("Tab")
        place, outline = page.evaluate("[document.activeElement === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(document.activeElement), getComputedStyle(document.activeElement).outlineStyle]")
        if place < 0:
            break  # past the last element of the page
        assert outline != "none", "focus must be seen"
        places.append(place)
    assert len(places) >= 5 and places == sorted(places), "focus goes in the order of reading"
    fine(view)


def test_the_first_page_comes_within_a_second(make_view):
    times = []
    for _ in range(3):
        page = make_view().open("#/learn")
        times.append(page.evaluate("performance.getEntriesByType('paint').find(p => p.name === 'first-contentful-paint').startTime"))
    print(f"first page: median {statistics.median(times):.0f} ms")
    assert statistics.median(times) < 1000


@pytest.mark.parametrize("address", ["#/patient", "#/learn?step=infection&guess=1", "#/learn?step=car-t&guess=1", "#/learn?step=strengthen&guess=1"])
def test_a_moved_slider_is_seen_within_half_a_second(make_view, address):
    view = make_view()
    page = view.open(address)
    settle(page)
    slider = page.locator("main form input[type=range]").first
    times = []
    for _ in range(9):
        times.append(page.evaluate("""async slider => {
          const main = document.querySelector('#main');
          delete main.dataset.shown;
          slider.value = Number(slider.value) + Number(slider.step);
          const started = performance.now();
          slider.dispatchEvent(new Event('input', { bubbles: true }));
          while (main.dataset.shown === undefined) await new Promise(requestAnimationFrame);
          return performance.now() - started;
        }""", slider.element_handle()))
    # Half a second is the target where the machine is ours; where others load it, the limit grows with the load.
    limit = 500 * max(1, os.getloadavg()[0] / os.cpu_count())
    print(f"slider to picture at {address}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms")
    assert statistics.median(times) < limit, times
    fine(view)


def test_the_body_map_moves_smoothly(make_view):
    view = make_view()
    page = view.open("#/learn?step=infection&guess=1")
    settle(page)
    page.locator(".player button").scroll_into_view_if_needed()
    page.locator(".player button").click()
    frames = page.evaluate("""() => new Promise(done => { const times = []; let last = performance.now();
      const step = now => { times.push(now - last); last = now; times.length < 90 ? requestAnimationFrame(step) : done(times.slice(5)); }; requestAnimationFrame(step); })""")
    rate = 1000 / statistics.median(frames)
    print(f"animation: {rate:.0f} frames/s at the median, {1000 / (sum(frames) / len(frames)):.0f} on average")
    assert page.inner_text(".player button") == "Pause"
    assert rate > 30
    fine(view)


def test_every_module_shows_equations_and_where_its_numbers_come_from(make_view):
    view = make_view()
    page = view.open("#/models?module=25-infection")
    settle(page)
    text = page.inner_text("article")
    assert "dvirus/dt" in text and "Baccam 2006" in text and "assumed" in text
    fine(view)


def test_a_dropped_model_runs_and_a_broken_one_is_refused_with_its_place(view):
    page = view.open("#/models?view=run")
    page.fill("textarea", "species A; A = 10; A' = -0.5*A;")
    page.get_by_role("button", name="Run").click()
    page.wait_for_selector(".chart svg.marks")
    page.set_input_files("input[type=file]", {"name": "broken.ant", "mimeType": "text/plain", "buffer": b"species A; A' = -0.5*(A;"})
    page.wait_for_selector(".problem")
    assert re.search(r"model:1:\d+", page.inner_text(".problem"))
    view.errors = [error for error in view.errors if "422" not in error]
    view.keep("models-refused")
    fine(view)


def test_a_new_user_gets_from_the_first_page_to_an_answered_why(view):
    """As someone who never saw it: reads the first page, follows its words, sets a patient, asks why, then what would turn it."""
    started = time.monotonic()
    page = view.open("")
    view.keep("new-user-1-first-page")
    page.get_by_role("link", name="why one therapy rather than another").click()
    page.wait_for_selector(".verdict")
    settle(page)
    view.keep("new-user-2-compare")
    # An older person with little PD-L1.
    if view.size == "phone":
        page.get_by_text("The patient, and the therapies to compare").click()
    for name, presses in (("PD-L1", 40), ("Age", 10)):
        slider = page.get_by_role("slider", name=re.compile(name)).first
        slider.focus()
        for _ in range(presses):
            page.keyboard.press("ArrowLeft" if name == "PD-L1" else "ArrowRight")
    page.wait_for_timeout(400)
    settle(page)
    assert re.search(r"For this patient, .+ comes first", page.inner_text(".finding .verdict"))
    assert page.locator(".icon-array").count() >= 3
    view.keep("new-user-3-patient-set")
    page.get_by_role("button", name="Explain").click()
    seconds = wait_for_run(page, "explained") / 1000
    answer = page.inner_text(".explanation .verdict")
    assert re.search("longer|shorter|more|fewer|less", answer), answer
    statements = page.locator(".statements li")
    assert statements.count() >= 2
    for text in statements.all_inner_texts():
        assert re.search(r"Run: .+ \(\d+ twins, \d+ days, seed \d+\)", text) and re.search(r"Effect: [+−]\d", text), text
    view.keep("new-user-4-answer")
    print(f"from the first page to the answer: {time.monotonic() - started:.1f} s of machine time, of which the explanation {seconds:.1f} s; {answer}")
    assert time.monotonic() - started < 180
    page.locator(".flips button").first.click()
    wait_for_run(page, "turned")
    assert page.locator(".flips .card").count() >= 3
    view.keep("new-user-5-what-would-turn-it")
    fine(view)


def test_parts_of_an_explanation_sum_to_the_whole_in_every_measure(make_view):
    view = make_view()
    page = view.open(explained)
    settle(page)
    wait_for_run(page, "explained")
    def value(text):
        return float(re.match(r"[+−]\d+\.\d+", text.strip()).group().replace("−", "-"))
    for name in ("Response", "Time without progression", "Survival", "Shrinkage"):
        page.get_by_role("button", name=name, exact=True).click()
        assert page.get_by_role("button", name=name, exact=True).get_attribute("aria-pressed") == "true"
        values = [value(text) for text in page.locator(".waterfall td.number").all_inner_texts()]
        assert len(values) >= 3
        # each is rounded: months to a hundredth, the rest to a tenth
        unit_is_months = name in ("Time without progression", "Survival")
        assert abs(sum(values[:-1]) - values[-1]) <= (0.005 if unit_is_months else 0.05) * len(values) + 1e-9, values
        assert page.locator(".statements li").first.inner_text().startswith(page.inner_text(".explanation .verdict"))
    fine(view)


def test_a_link_to_an_explanation_restores_patient_pair_measure_and_weighing(make_view):
    address = "#/compare?cancer=nsclc&age=70&ecog=0&pdl1=90&line=2&prior=platinum&therapies=docetaxel|nivolumab|atezolizumab&pair=nivolumab|docetaxel&measure=survival&why=1&weights=survival=1,progression=0.2,response=0,toxicity=1,hospital=0.5"
    view = make_view()
    page = view.open(address)
    settle(page)
    wait_for_run(page, "explained")
    assert page.evaluate("[...document.querySelectorAll('.why select')].map(s => s.value)") == ["nivolumab", "docetaxel"]
    assert page.locator("[aria-pressed=true]").inner_text() == "Survival"
    assert "nivolumab" in page.inner_text(".explanation .verdict") and "docetaxel" in page.inner_text(".explanation .verdict")
    assert page.evaluate("[...document.querySelectorAll('.controls input')].map(i => i.value)") == ["1", "0.2", "0", "1", "0.5"]
    assert "70 years" in page.inner_text("form") and "90 %" in page.inner_text("form")
    wanted = {part.split("=", 1)[0]: part.split("=", 1)[1] for part in address.split("?")[1].split("&")}
    shown = page.evaluate("Object.fromEntries(new URLSearchParams(location.hash.split('?')[1]))")
    assert {key: shown[key] for key in wanted} == wanted
    fine(view)


def test_a_weighing_turns_the_ranking_without_a_run(make_view):
    view = make_view()
    page = view.open("#/compare?pdl1=60&therapies=pembrolizumab|pembrolizumab with carboplatin and pemetrexed|carboplatin with pemetrexed|docetaxel&line=1")
    settle(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("Living longer", "Time without progression", "Tumour shrinks"):
        slider = page.get_by_role("slider", name=re.compile(name))
        slider.focus()
        page.keyboard.press("Home")
    assert asked == [], "a weighing must not run anything"
    order = page.locator(".icon-array figcaption").all_inner_texts()
    def harm(text):
        severe, low = (int(re.search(words + r": (\d+) of", text).group(1)) for words in ("severe harm", "low neutrophils only"))
        return severe + low / 4
    harms = [harm(text) for text in page.locator(".icon-array").all_inner_texts()]
    assert len(order) >= 2 and harms == sorted(harms), f"with harm alone in the weighing, the least harmful comes first: {order} {harms}"
    fine(view)


def test_an_explanation_shows_its_progress_and_is_stopped(make_view):
    view = make_view()
    page = view.open("#/compare?therapies=pembrolizumab|carboplatin with pemetrexed")
    settle(page)
    page.get_by_role("button", name="Explain").click()
    page.wait_for_function("document.querySelector('.why progress').value > 0.2 && document.querySelector('.why .meter').textContent.includes('held and released')", timeout=60_000)
    page.locator(".why").get_by_role("button", name="Stop").click()
    page.wait_for_selector(".why >> text=Stopped.")
    assert not page.is_visible(".why .meter")
    page.get_by_role("button", name="Explain").click()
    wait_for_run(page, "explained")
    fine(view)


def test_who_may_not_have_a_therapy_is_told_why(view):
    page = view.open("#/compare?autoimmune=severe&pdl1=80")
    settle(page)
    page.get_by_text("What this patient can’t have, and why").click()
    text = page.inner_text("details table")
    assert "pembrolizumab" in text and "autoimmune" in text and "KEYNOTE" in text
    assert "pembrolizumab" not in " ".join(page.locator("form input:checked").evaluate_all("boxes => boxes.map(b => b.value)"))
    view.keep("compare-refused")
    fine(view)


@pytest.mark.parametrize("cancer", ["melanoma", "b-all-adult", "lbcl", "prostate", "nmibc"])
def test_every_kind_of_cancer_is_compared(make_view, cancer):
    view = make_view("phone")
    page = view.open(f"#/compare?cancer={cancer}&line={3 if cancer == 'lbcl' else 2}")
    settle(page)
    assert page.locator(".problem").count() == 0, page.inner_text("main")
    assert "comes first" in page.inner_text(".finding .verdict")
    view.keep(f"compare-{cancer}")
    fine(view)


def test_a_trial_runs_live_is_stopped_and_hands_out_its_tables(view):
    page = view.open("#/trial?patients=60")
    page.get_by_role("button", name="Run the trial").click()
    page.wait_for_selector(".chart svg.marks")
    page.get_by_role("link", name="adsl.csv").wait_for()
    names = page.evaluate("[...document.querySelectorAll('a[download]')].map(a => a.download)")
    assert {"adsl.csv", "adtte.csv", "define.xml", "report.html"} <= set(names)
    with page.expect_download() as download:
        page.get_by_role("link", name="adsl.csv").click()
    rows = Path(download.value.path()).read_text().strip().split("\n")
    assert len(rows) == 61
    view.keep("trial-done")
    page.get_by_role("spinbutton", name="Patients").fill("5000")
    page.get_by_role("button", name="Run the trial").click()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=Stopped")
    page.get_by_label("Study file (YAML)").fill("schema: 1\ntitle: x\ncancr: nsclc\n")
    page.get_by_role("button", name="Run the trial").click()
    page.wait_for_selector(".problem")
    assert "study.yaml:" in page.inner_text(".problem")
    view.errors = [error for error in view.errors if "422" not in error]
    fine(view)
