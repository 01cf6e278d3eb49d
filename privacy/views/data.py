"""What is kept about me, why, and how long: in plain words, from the register."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.register import topics


@require_safe
@login_required
def data(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/data.html", {"topics": topics()})
