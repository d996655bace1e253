"""The front door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.views.public import public_page


@public_page
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/home.html")
