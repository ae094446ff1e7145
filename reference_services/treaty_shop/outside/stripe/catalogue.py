"""Products and prices (https://docs.stripe.com/api/products, /prices)."""

from treaty_shop.outside.stripe.errors import missing
from treaty_shop.outside.stripe.objects import Object, Objects
from treaty_shop.outside.stripe.parameters import Parameters


def create_product(objects: Objects, parameters: Parameters) -> Object:
    """Add a product, with a price where one is asked for."""
    parameters.only("name", "description", "active", "metadata", "default_price_data")
    product = objects.add(
        "prod",
        "product",
        active=True,
        default_price=None,
        description=parameters.find("description"),
        metadata=parameters.metadata(),
        name=parameters.text("name"),
        type="service",
        updated=objects.clock(),
        url=None,
    )
    data = parameters.below("default_price_data")
    if data is not None:
        data.only("currency", "unit_amount")
        product["default_price"] = _price(objects, data, product)["id"]
    return product


def create_price(objects: Objects, parameters: Parameters) -> Object:
    """Add a price of a product."""
    parameters.only("currency", "unit_amount", "product", "metadata")
    return _price(objects, parameters, objects.get("product", parameters.text("product"), "product"))


def price_of_item(objects: Objects, item: Parameters) -> Object:
    """Return the price of a line: one that there is, or one that is made for it."""
    id_ = item.find("price")
    if id_ is not None:
        return objects.get("price", id_, item.at("price"))
    data = item.below("price_data")
    if data is None:
        raise missing(item.at("price"))
    data.only("currency", "unit_amount", "product", "product_data")
    described = data.below("product_data")
    if described is None:
        return _price(objects, data, objects.get("product", data.text("product"), data.at("product")))
    described.only("name", "description", "metadata")
    return _price(objects, data, create_product(objects, described))


def _price(objects: Objects, parameters: Parameters, product: Object) -> Object:
    amount = parameters.amount("unit_amount", least=0)
    return objects.add(
        "price",
        "price",
        active=True,
        billing_scheme="per_unit",
        currency=parameters.currency("currency"),
        metadata=parameters.metadata(),
        product=product["id"],
        recurring=None,
        type="one_time",
        unit_amount=amount,
        unit_amount_decimal=str(amount),
    )
