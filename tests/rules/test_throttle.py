"""When a sign-in has to wait: by name and address soon, by name late, by address alone never."""

from datetime import UTC, datetime, timedelta

from workflow.rules.throttle import FROM_ANYWHERE, FROM_ONE_ADDRESS, WINDOW, minutes_locked

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tried(count: int, address: str = "10.0.0.1", since: timedelta = MINUTE) -> list[tuple[str, datetime]]:
    return [(address, NOW - since)] * count


def test_the_fifth_wrong_password_from_one_address_is_the_last_for_fifteen_minutes() -> None:
    assert minutes_locked(tried(FROM_ONE_ADDRESS - 1), "10.0.0.1", NOW) == 0
    assert minutes_locked(tried(FROM_ONE_ADDRESS), "10.0.0.1", NOW) == 14


def test_another_address_may_still_try_until_there_were_twenty() -> None:
    assert minutes_locked(tried(FROM_ANYWHERE - 1), "10.0.0.2", NOW) == 0
    scattered = [attempt for n in range(FROM_ANYWHERE) for attempt in tried(1, f"10.0.1.{n}")]
    assert minutes_locked(scattered, "10.0.0.2", NOW) == 14


def test_the_wait_ends_with_the_window_and_not_before() -> None:
    assert minutes_locked(tried(5, since=WINDOW), "10.0.0.1", NOW) == 0
    assert minutes_locked(tried(5, since=WINDOW - timedelta(seconds=1)), "10.0.0.1", NOW) == 1


def test_the_wait_counts_from_the_attempt_that_filled_the_measure() -> None:
    early, late = tried(1, since=14 * MINUTE), tried(4, since=2 * MINUTE)
    assert minutes_locked(early + late, "10.0.0.1", NOW) == 1
    assert minutes_locked(early + late + tried(1), "10.0.0.1", NOW) == 13


def test_attempts_of_a_clock_that_ran_ahead_do_not_lock() -> None:
    assert minutes_locked([("10.0.0.1", NOW + MINUTE)] * 9, "10.0.0.1", NOW) == 0
