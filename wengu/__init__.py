"""稳固 Wengu: a city's long-term mechanism against relative poverty, run as software."""

__version__ = "0.1.0"
