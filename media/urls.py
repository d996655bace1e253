from django.urls import path

from media import views

urlpatterns = [path("media/<path:key>", views.public_file, name="image")]
