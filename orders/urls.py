from django.urls import path

from orders import download_views

urlpatterns = [
    path("downloads/<str:token>/", download_views.download, name="download"),
]
