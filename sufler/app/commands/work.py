"""`sufler work`: a further worker beside `sufler serve`."""


def work() -> None:
    """Handle messages beside `sufler serve`, without pages; on PostgreSQL only."""
    from sufler.app.settings import load_settings
    from sufler.app.working import work_until_stopped

    work_until_stopped(load_settings())
