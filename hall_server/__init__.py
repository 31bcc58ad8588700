"""What the faces share: the app, who may do what, the news, the devices, the texts. It imports no face."""
