"""The page in a real browser over the real stack: keyboard, mouse, narrow screens, hostile titles."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

# `make test` brings playwright; the browser itself is the system's.
sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser(whole_stack):
    if BROWSER is None:
        pytest.skip("needs a Chromium: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture
def visit(browser, whole_stack):
    """Open the page as a user nobody was before; at the end nothing may have gone wrong in its scripts."""

    @contextmanager
    def opened(user: str, **context) -> Iterator[object]:
        tab = browser.new_context(**context)
        page = tab.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
        page.goto(f"{whole_stack.api}/?user={user}-{uuid4().hex[:8]}")
        expect(page.locator(".card").first).to_be_visible()
        yield page
        tab.close()
        assert problems == []

    return opened


def say(page, words):
    page.fill("#words", words)
    page.press("#words", "Enter")
    expect(page.locator("#words")).to_have_value("", timeout=15_000)


def chips(page):
    return page.locator(".chip .label")


def test_words_become_chips_and_the_feed_changes_visibly(visit):
    with visit("page-words") as page:
        expect(page.locator(".tags", has_text="Drama").first).to_be_visible()
        say(page, "no more drama")
        expect(chips(page)).to_have_text(["no Drama"])
        expect(page.locator(".chip.never")).to_have_count(1)
        expect(page.locator(".card").first).to_be_visible()
        expect(page.locator(".tags", has_text="Drama")).to_have_count(0)
        expect(page.locator("#changes")).to_contain_text("Added no Drama")
        expect(page.locator("#speed")).to_have_text(re.compile(r"\d+ ms from “no more drama” to this feed"))
        expect(page.locator(".move").first).to_be_visible()
        expect(page.locator("#live")).to_contain_text("Feed changed in")


def test_a_chip_is_removed_with_the_keyboard_and_comes_back_with_undo(visit):
    with visit("page-chips") as page:
        say(page, "no more drama")
        page.get_by_role("button", name="Remove: no Drama").focus()
        page.keyboard.press("Enter")
        expect(chips(page)).to_have_count(0)
        expect(page.locator("#words")).to_be_focused()
        page.get_by_role("button", name="Undo").click()
        expect(chips(page)).to_have_text(["no Drama"])
        page.get_by_role("button", name="Start over").click()
        expect(chips(page)).to_have_count(0)
        expect(page.locator("#chips")).to_contain_text("Nothing yet")


def test_empty_text_is_a_sentence_and_sends_nothing(visit):
    with visit("page-empty") as page:
        sent = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.fill("#words", "   ")
        page.press("#words", "Enter")
        expect(page.get_by_role("alert")).to_have_text("Say what you want first: a few words are enough.")
        assert sent == []


def test_the_arrow_up_brings_back_what_was_said(visit):
    with visit("page-history") as page:
        say(page, "no more drama")
        say(page, "no more crime")
        page.press("#words", "ArrowUp")
        expect(page.locator("#words")).to_have_value("no more crime")
        page.press("#words", "ArrowUp")
        expect(page.locator("#words")).to_have_value("no more drama")
        page.press("#words", "ArrowDown")
        page.press("#words", "ArrowDown")
        expect(page.locator("#words")).to_have_value("")


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_markup_in_titles_reasons_and_words_stays_text(visit):
    with visit("page-hostile") as page:

        def poison(route):
            feed = route.fetch().json()
            for item in feed["items"]:
                item |= {"title": HOSTILE, "genre": [HOSTILE], "certificate": HOSTILE, "reasons": [HOSTILE]}
            feed |= {"notes": [HOSTILE], "question": {"text": HOSTILE, "answers": [HOSTILE]}}
            route.fulfill(json=feed)

        page.route("**/v1/feed?*", poison)
        say(page, HOSTILE)
        expect(page.locator(".card h3").first).to_contain_text(HOSTILE)
        expect(page.locator("#question-text")).to_have_text(HOSTILE)
        expect(page.locator("#speed")).to_contain_text(HOSTILE)
        expect(page.locator("main img, main script")).to_have_count(0)


def test_an_answer_to_a_question_is_an_ordinary_command(visit):
    with visit("page-question") as page:

        def ask(route):
            feed = route.fetch().json()
            feed["question"] = {
                "text": "Lighter in which way?",
                "answers": ["no more drama", "shorter films"],
            }
            route.fulfill(json=feed)

        page.route("**/v1/feed?*", ask)
        say(page, "something lighter")
        page.unroute("**/v1/feed?*")
        with page.expect_request("**/v1/commands") as sent:
            page.locator("#answers").get_by_role("button", name="no more drama").click()
        assert json.loads(sent.value.post_data)["text"] == "no more drama"
        expect(chips(page).filter(has_text="no Drama")).to_have_count(1)


def test_buttons_of_a_card_speak_about_that_card_alone(visit):
    with visit("page-buttons") as page:
        third = page.locator(".card").nth(2)
        title, item = third.locator("h3").inner_text(), third.get_attribute("data-item")
        with page.expect_request("**/v1/commands") as sent:
            third.get_by_role("button", name="Seen it").click()
        assert json.loads(sent.value.post_data)["shown_item_ids"] == [item]
        expect(page.locator("#speed")).to_contain_text("Seen")
        expect(page.locator(f".card[data-item='{item}']")).to_have_count(0)
        assert title


def test_what_leaves_nothing_is_said_with_a_way_out(visit):
    with visit("page-none") as page:

        def nothing(route):
            feed = route.fetch().json()
            feed |= {"items": [], "notes": ["No film is under 1 minutes. Without it there would be 9,000."]}
            route.fulfill(json=feed)

        say(page, "no more drama")
        page.route("**/v1/feed?*", nothing)
        say(page, "no more crime")
        expect(page.locator("#empty")).to_contain_text("No film satisfies all of this.")
        page.unroute("**/v1/feed?*")
        page.locator("#empty").get_by_role("button", name="Drop “no Drama”").click()
        expect(page.locator("#empty")).to_be_hidden()
        expect(chips(page)).to_have_text(["no Crime"])


def test_a_service_that_is_gone_is_one_sentence_and_the_words_stay(visit):
    with visit("page-gone") as page:
        page.route("**/v1/commands", lambda route: route.abort())
        page.fill("#words", "no more drama")
        page.press("#words", "Enter")
        expect(page.get_by_role("alert")).to_contain_text("The service does not answer.")
        expect(page.locator("#words")).to_have_value("no more drama")


def test_another_user_has_another_feed_and_no_chips_of_the_first(visit):
    with visit("page-first") as page:
        say(page, "no more drama")
        page.select_option("#user", label="Another user id …")
        page.fill("#other-user-id", "page-second")
        page.press("#other-user-id", "Enter")
        expect(chips(page)).to_have_count(0)
        expect(page).to_have_url(re.compile("user=page-second"))


def test_a_title_is_found_and_told_to_the_feed(visit):
    with visit("page-find") as page:
        page.fill("#find-words", "fargo")
        page.get_by_role("button", name="More like Fargo").first.click()
        expect(chips(page)).to_have_text([re.compile("like Fargo")])


def test_origin_and_terms_of_the_data_are_shown(visit):
    with visit("page-terms") as page:
        expect(page.locator("footer")).to_contain_text("MovieLens")
        expect(page.locator("footer")).to_contain_text("no commercial use without permission")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(visit, width):
    with visit("page-width", viewport={"width": width, "height": 800}) as page:
        say(page, "no more drama")
        page.locator(".card summary").first.click()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_every_control_has_a_name_and_every_picture_is_decoration(visit):
    with visit("page-names") as page:
        say(page, "no more drama")
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("button, input, select, a, summary")]
                .filter((one) => one.offsetParent !== null)
                .filter((one) => !(one.getAttribute("aria-label") || one.innerText || one.labels?.length))
                .map((one) => one.outerHTML)"""
        )
        assert nameless == []
        assert page.locator("img:not([alt])").count() == 0
        assert page.evaluate("() => document.documentElement.lang") == "en"


# Contrast as WCAG 2 defines it, over whatever lies behind the text (gradients have no one colour: left out).
CONTRAST = """() => {
  const parse = (text) => {
    const n = text.match(/[\\d.]+/g).map(Number);
    return n.length < 4 ? [...n, 1] : n;
  };
  const linear = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (node) => { for (let one = node; one; one = one.parentElement) {
    const style = getComputedStyle(one);
    if (style.backgroundImage !== "none") return null;
    const colour = parse(style.backgroundColor);
    if (colour[3] > 0.99) return colour; }
    return [255, 255, 255, 1]; };
  const poor = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.offsetParent) continue;
    if (node.closest(":disabled, .quiet, option, noscript")) continue;
    const ground = behind(node); if (!ground) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${node.className} ${walk.currentNode.data.slice(0, 30)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(visit, scheme):
    with visit("page-contrast", color_scheme=scheme, reduced_motion="reduce") as page:
        say(page, "no more drama, less crime")
        page.locator(".card summary").first.click()
        page.locator("#made summary").click()
        assert page.evaluate(CONTRAST) == []


def test_nothing_moves_for_whoever_wants_no_motion(visit):
    with visit("page-calm", reduced_motion="reduce") as page:
        say(page, "no more drama")
        assert page.evaluate("() => document.getAnimations().length") == 0


def test_the_reference_of_the_api_is_drawn_without_any_other_host(browser, whole_stack):
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{whole_stack.api}/docs")
    expect(page.locator("section[aria-label='post /v1/commands']")).to_contain_text("curl")
    assert all(url.startswith((whole_stack.api, "data:")) for url in asked)
    page.close()
