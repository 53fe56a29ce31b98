"""The whole way in Spanish in a real Chromium: the browser's language, the choice, questions, plan, danger signs."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page

from .conftest import App, visit
from .journey import SECTIONS, go_on, heading, open_case
from .test_accessibility import AXE

pytestmark = pytest.mark.needs("chromium")

CHOICES = {
    "¿En qué etapa está el cáncer ahora?": ("Etapa 4 (IV), metastásico",),
    "¿A qué lugares se ha extendido el cáncer?": ("Hueso", "Sí, los estudios no hallaron ningún otro lugar"),
    "¿Es el cáncer positivo o negativo para el receptor de estrógeno (RE, ER)?": ("RE (ER) positivo",),
    "¿Es el cáncer positivo o negativo para el receptor de progesterona (RP, PR)?": ("RP (PR) positivo",),
    "¿Cuál es el resultado de HER2?": ("HER2 bajo (1+, o 2+ y no amplificado)",),
    "¿Qué sexo figura en su expediente médico?": ("Femenino",),
    "¿Ya pasó la menopausia, o todavía tiene menstruación?": ("Después de la menopausia",),
}


def answer(page: Page) -> str:
    """Answer the question that is shown, and return it."""
    asked = heading(page)
    if asked in CHOICES:
        for label in CHOICES[asked]:
            page.get_by_label(label, exact=True).check()
    elif asked == "¿Cuál es su fecha de nacimiento?":
        page.get_by_label("Año").fill("1968")
    elif asked == "¿Qué medicamentos contra el cáncer ha tenido?":
        page.get_by_role("link", name="Agregar un medicamento").click()
        page.get_by_label("Nombre del medicamento").fill("letrozol")
        page.get_by_label("No, ya terminó").check()
        page.get_by_label("El cáncer creció").check()
        page.get_by_role("button", name="Agregar").click()
        page.get_by_label("Sí, estos son todos").check()
    elif asked == "¿Cuál es su código postal (ZIP)?":
        page.get_by_label("¿Cuál es su código postal (ZIP)?").fill("60611")
    else:
        raise AssertionError(f"a question that this journey does not know: {asked}")
    page.get_by_role("button", name="Continuar").click()
    return asked


def test_from_the_first_page_to_the_danger_signs(chromium: Browser, app: App) -> None:
    page = (seen := visit(chromium, app, locale="es-MX")).page
    assert heading(page) == "Un plan para el cáncer de mama avanzado"
    page.get_by_role("button", name="Responder preguntas").click()
    page.get_by_role("button", name="Continuar").click()
    assert page.get_by_role("alert").inner_text().startswith("Hay un problema")
    asked = []
    while heading(page) != "Revise sus respuestas":
        asked.append(answer(page))
    assert len(asked) == 10
    page.get_by_role("link", name="Ver mi plan").click()
    text = page.locator("main").inner_text()
    assert "Este plan es para cáncer de mama avanzado" in text
    assert "Lugares a los que se ha extendido: hueso." in text
    for section in SECTIONS:
        response = page.goto(f"{app.base}/plan/{section}")
        assert response is not None
        assert response.status == 200
        assert page.locator("html").get_attribute("lang") == "es"
        assert heading(page)
    page.get_by_role("link", name="Señales de peligro").first.click()
    assert heading(page) == "Señales de peligro: cuándo llamar de inmediato"
    assert "911" in page.locator("main").inner_text()
    assert seen.hosts() <= {app.base, "data:"}


def test_the_language_is_chosen_on_the_first_page_and_changed_in_the_middle(chromium: Browser, app: App) -> None:
    page = visit(chromium, app).page
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Español").first.click()
    assert heading(page) == "Un plan para el cáncer de mama avanzado"
    page.get_by_role("button", name="Responder preguntas").click()
    answer(page)
    assert heading(page) == "¿A qué lugares se ha extendido el cáncer?"
    page.get_by_role("button", name="English").first.click()
    assert heading(page) == "To which places has the cancer spread?"
    page.get_by_label("Bone", exact=True).check()
    go_on(page)
    page.get_by_role("button", name="Español").first.click()
    page.goto(f"{app.base}/answers")
    rows = page.locator("dl").inner_text()
    assert "Etapa 4 (IV), metastásico" in rows
    assert "Hueso" in rows


def test_axe_finds_nothing_in_spanish(chromium: Browser, app: App) -> None:
    """All but the colors: those are the same in every language."""
    page = visit(chromium, app, script=True, locale="es").page
    open_case(page, app)
    rules = json.dumps({"rules": {"color-contrast": {"enabled": False}}})
    wrong = []
    for path in ("/", "/answers", "/plan", *(f"/plan/{section}" for section in SECTIONS), "/danger"):
        page.goto(app.base + path)
        assert page.locator("html").get_attribute("lang") == "es"
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = json.loads(page.evaluate(f"axe.run({rules}).then(found => JSON.stringify(found))"))
        assert found["passes"]
        wrong += [f"{path}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]
    assert wrong == []
