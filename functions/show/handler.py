"""show: the pages of leadership, for whoever is logged in, and the API of machines."""

from northstar.runtime.http import routed
from northstar.runtime.routes import ROUTES, problem

handler = routed(ROUTES, problem)
